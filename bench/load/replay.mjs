import { DIALECTS } from './dialects.mjs';
import { Follower } from './follower.mjs';

/** Follows a session from its first item on until `items` have come in order; seconds that took. */
export async function replay({ port, dialect, session, items, bytes, transport, readers }) {
  const payload = DIALECTS[dialect].replay(session);
  const start = performance.now();
  const read = async () => {
    let count = 0;
    let onAll;
    const all = new Promise((resolve) => (onAll = resolve));
    const onDelivery = () => ++count === items && onAll();
    const follower = new Follower({ lanes: 1, length: bytes, onDelivery });
    const client = await follower.open({ transport, port, payload, onEnd: () => {} });
    await all;
    client.close();
    return follower.lost + follower.repeated;
  };
  const faults = await Promise.all(Array.from({ length: readers }, read));
  return {
    seconds: (performance.now() - start) / 1_000,
    delivered: items * readers,
    lost: faults.reduce((sum, count) => sum + count, 0),
  };
}
