/** A variable of the environment, as `--help`, `.env.example` and the documentation list it. */
export interface Variable {
  readonly name: string;
  /** What an absent or empty one means; '' when it means nothing. */
  readonly default: string;
  readonly description: string;
}
