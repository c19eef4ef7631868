import { expect } from 'vitest';
import { callItem, itemStep, newSession, resultItem, says } from '../support/samples.ts';
import { append, itemsOf, type StoreTest } from './store-under-test.ts';

export function appendingTools(it: StoreTest): void {
  it("gives a tool's result the name that its call has", async ({ store }) => {
    await store.create(newSession());
    const steps = [callItem('c1', 'search'), callItem('c2', 'wörk "it"'), resultItem('c2'), resultItem('c1')];
    const written = await append(store, 's', ...steps.map(itemStep));
    expect(written.map((entry) => entry.item.toolName)).toEqual([null, null, 'wörk "it"', 'search']);
    expect(await itemsOf(store)).toEqual(written);
  });

  it('finds the name also when the call came in an earlier write', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', itemStep(callItem('c1', 'search')));
    await append(store, 's', says('meanwhile'));
    const [entry] = await append(store, 's', itemStep(resultItem('c1')));
    expect(entry?.item.toolName).toBe('search');
  });

  it('leaves the name out when no call before the result has that id', async ({ store }) => {
    await store.create(newSession());
    await store.create(newSession({ id: 'other' }));
    await append(store, 'other', itemStep(callItem('c1', 'search')));
    const written = await append(store, 's', itemStep(resultItem('c1')), itemStep(callItem('c1', 'search')));
    expect(written.map((entry) => entry.item.toolName)).toEqual([null, null]);
  });

  it('takes the name of the last call with that id', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', itemStep(callItem('c1', 'search')), itemStep(callItem('c1', 'fetch')));
    const [entry] = await append(store, 's', itemStep(resultItem('c1')));
    expect(entry?.item.toolName).toBe('fetch');
  });

  it('forgets the calls with a clear', async ({ store }) => {
    await store.create(newSession());
    await append(store, 's', itemStep(callItem('c1', 'search')));
    await store.clear({ sessionId: 's' });
    const [entry] = await append(store, 's', itemStep(resultItem('c1')));
    expect(entry?.item.toolName).toBeNull();
  });
}
