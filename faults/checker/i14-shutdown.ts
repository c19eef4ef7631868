import type { Invariant } from './judged.ts';

export const shutdown: Invariant = {
  name: 'I14',
  says: 'a server that is asked to end answers what it accepted and ends in time with code 0',
  breaches: ({ events, writes, promises }) =>
    events.flatMap((event) => {
      if (event.kind !== 'shutdown') return [];
      const { server, askedAt, at, code } = event;
      const took = at - askedAt;
      const unanswered = writes.flatMap(({ value, invokes, outcomes }) =>
        invokes.flatMap((invoke, n) => {
          const outcome = outcomes[n];
          // What was sent in the last moments may not have arrived when the server stopped to accept.
          const wasAccepted = invoke.server === server && invoke.at < askedAt - promises.arrivalMs;
          const wasCut = outcome?.kind === 'info' && outcome.reason === 'cut';
          return wasAccepted && wasCut && outcome.at >= askedAt && outcome.at <= at ? value : [];
        }),
      );
      return [
        ...(took > promises.shutdownMs ? [`server ${server} took ${Math.round(took)} ms to end`] : []),
        ...(code === 0 ? [] : [`server ${server} ended with ${code ?? 'a signal'}`]),
        ...unanswered.map((value) => `server ${server} ended without an answer to ${value}`),
      ];
    }),
};
