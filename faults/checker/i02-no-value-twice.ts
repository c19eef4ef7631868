import type { Invariant } from './judged.ts';

export const noValueTwice: Invariant = {
  name: 'I2',
  says: 'no value is in the log twice',
  breaches: ({ logs }) =>
    [...logs.values()].flatMap(({ readings, session }) =>
      readings.flatMap(({ server, entries }) => {
        const seen = new Set<string>();
        return entries.flatMap(({ value }) => {
          if (!seen.has(value)) {
            seen.add(value);
            return [];
          }
          return [`${value} is twice in ${session}, as server ${server} shows it`];
        });
      }),
    ),
};
