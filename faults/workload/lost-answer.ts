/** No answer came: nobody knows what became of what was asked. */
export class LostAnswerError extends Error {
  readonly reason: 'cut' | 'timeout';

  constructor(reason: 'cut' | 'timeout', options?: ErrorOptions) {
    super(`No answer came: ${reason}`, options);
    this.name = 'LostAnswerError';
    this.reason = reason;
  }
}
