import type { Invariant } from './judged.ts';

/** Who may see every session. */
export const SERVICE = 'service';

export const noForeignData: Invariant = {
  name: 'I10',
  says: 'nobody is shown what is of another user',
  breaches: ({ events, logs, streams }) => {
    const isForeign = (user: string, session: string): boolean =>
      user !== SERVICE && logs.get(session)?.owner !== user;
    return [
      ...streams.flatMap(({ subscriber, session, user, events: own }) => {
        const shown = own.find(({ kind }) => kind === 'delivered');
        return shown !== undefined && isForeign(user, session)
          ? [`${subscriber} of ${user} was told of ${session}, which is another's`]
          : [];
      }),
      ...events.flatMap((event) =>
        event.kind === 'read' && isForeign(event.user, event.session)
          ? [`${event.user} could read ${event.session}, which is another's`]
          : [],
      ),
    ];
  },
};
