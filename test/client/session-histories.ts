import fc from 'fast-check';
import type { ProtocolServer } from './protocol-server.ts';

/** One thing that happens to a session, or to the way to it. */
export type Happening = (world: World) => void;

export interface World {
  readonly server: ProtocolServer;
  /** Hands over so many events, if there are. */
  deliver(count: number): void;
  cut(): void;
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
const which = fc.nat(3);

const changes: fc.Arbitrary<Happening> = fc.oneof(
  text.map(
    (added): Happening =>
      ({ server }) =>
        void server.add(added),
  ),
  fc.constant<Happening>(({ server }) => server.pop()),
  fc.constant<Happening>(({ server }) => void server.start()),
  fc.tuple(which, text, fc.constantFrom('TEXT' as const, 'REASONING' as const)).map(
    ([draft, piece, channel]): Happening =>
      ({ server }) =>
        server.write(server.open(draft), piece, channel),
  ),
  fc.tuple(which, text).map(
    ([draft, piece]): Happening =>
      ({ server }) =>
        server.write(server.open(draft), piece),
  ),
  which.map(
    (draft): Happening =>
      ({ server }) =>
        void server.finish(server.open(draft)),
  ),
  which.map(
    (draft): Happening =>
      ({ server }) =>
        server.cancel(server.open(draft)),
  ),
);

const travel: fc.Arbitrary<Happening> = fc.oneof(
  fc.integer({ min: 1, max: 6 }).map(
    (count): Happening =>
      (world) =>
        world.deliver(count),
  ),
  fc.constant<Happening>((world) => world.cut()),
);

const clears = fc.constant<Happening>(({ server }) => server.clear());

const losses: fc.Arbitrary<Happening> = fc
  .tuple(fc.nat(3), fc.nat(4), fc.boolean())
  .map(([entries, units, silently]): Happening => (world) => {
    if (!silently) world.cut();
    world.server.lose(entries, units);
  });

/** What a client must not lose or repeat anything of. */
export const histories = fc.array(
  fc.oneof({ weight: 8, arbitrary: changes }, { weight: 6, arbitrary: travel }),
  { maxLength: 60 },
);

export const historiesWithClears = fc.array(
  fc.oneof(
    { weight: 16, arbitrary: changes },
    { weight: 12, arbitrary: travel },
    { weight: 1, arbitrary: clears },
  ),
  { maxLength: 80 },
);

/** The same, with stores that lose their newest writes. */
export const historiesWithLosses = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: changes },
    { weight: 9, arbitrary: travel },
    { weight: 1, arbitrary: clears },
    { weight: 1, arbitrary: losses },
  ),
  { maxLength: 80 },
);
