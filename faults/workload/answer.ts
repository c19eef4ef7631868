import { z } from 'zod';

const GRAPHQL_ERROR = z.object({
  message: z.string(),
  extensions: z
    .object({ code: z.string().optional(), retryable: z.boolean().optional() })
    .default({ code: undefined, retryable: undefined }),
});

/** What a server answers to an operation, or delivers. */
const ANSWER = z.object({ data: z.unknown().optional(), errors: z.array(GRAPHQL_ERROR).optional() });
export type Answer = z.infer<typeof ANSWER>;

/** What a server said of an error; null and false where it said nothing. */
export interface Refusal {
  readonly code: string | null;
  readonly retryable: boolean;
}

/** @throws ZodError for what is no GraphQL result. */
export function answerOf(value: unknown): Answer {
  return ANSWER.parse(value);
}

export function refusalOf(errors: unknown): Refusal {
  const [first] = z.array(GRAPHQL_ERROR).catch([]).parse(errors);
  return { code: first?.extensions.code ?? null, retryable: first?.extensions.retryable ?? false };
}
