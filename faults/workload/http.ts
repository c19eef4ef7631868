import { answerOf, type Answer } from './answer.ts';
import { LostAnswerError } from './lost-answer.ts';

export interface Asked {
  readonly endpoint: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly token: string | null;
  /** Milliseconds to wait for the answer. */
  readonly patienceMs: number;
}

/** One operation over HTTP, never repeated. @throws LostAnswerError */
export async function askOverHttp({ endpoint, query, variables, token, patienceMs }: Asked): Promise<Answer> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
      signal,
    });
    return answerOf(await response.json());
  } catch (cause) {
    throw new LostAnswerError(signal.aborted ? 'timeout' : 'cut', { cause });
  }
}
