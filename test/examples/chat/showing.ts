import { expect, it } from 'vitest';
import { numbered, write, type ChatUnderTest } from './chat-under-test.ts';

/** Conversations as others write them. */
export function showsConversations(chat: ChatUnderTest): void {
  it('shows a conversation that an agent begins, and its message growing until it is there once', async () => {
    const window = await chat.open('');
    const begun = await chat.sessions.create({ title: 'Begun by an agent' });
    await window.list.getByText('Begun by an agent').click();
    await window.page.getByRole('heading', { name: 'Begun by an agent' }).waitFor();
    await begun.addMessage({ role: 'USER', text: 'Capital of France?' });
    await window.shows(['Capital of France?']);

    const counts = await window.count('Par');
    const draft = await begun.startMessage({ agent: 'geographer' });
    draft.append('Par');
    await window.bubble('writing…').getByText('geographer').waitFor();
    await window.shows(['Capital of France?', 'Par']);
    draft.append('is, on the Seine.');
    await window.shows(['Capital of France?', 'Paris, on the Seine.']);
    await draft.finish();
    await window.settled();
    await window.shows(['Capital of France?', 'Paris, on the Seine.']);
    expect(await counts()).toEqual([0, 1]);
    await window.list.getByText('Paris, on the Seine.').waitFor();
  });

  it('shows on a phone either the list or a conversation, and leads from one to the other', async () => {
    const window = await chat.open('');
    await window.page.setViewportSize({ width: 390, height: 760 });
    expect(await window.page.getByText('Choose a conversation').isVisible()).toBe(false);
    const entry = window.list.getByRole('link').first();
    expect((await entry.boundingBox())?.width).toBeGreaterThan(350);
    await entry.click();
    await window.page.getByRole('heading').waitFor();
    expect(await window.list.isVisible()).toBe(false);
    await window.page.getByRole('link', { name: 'Back to the list' }).click();
    await entry.waitFor();
    expect(await window.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  });

  it('drops a draft that is cancelled, and says which message was interrupted', async () => {
    const window = await chat.open();
    const dropped = await chat.session.startMessage();
    const kept = await chat.session.startMessage();
    dropped.append('Never mind');
    await window.shows(['Never mind', '']);
    kept.append('Half of');
    await window.shows(['Never mind', 'Half of']);
    await dropped.cancel({ keep: false });
    await window.shows(['Half of']);
    await kept.cancel();
    await window.bubble('interrupted').getByText('Half of').waitFor();
    await window.shows(['Half of']);
  });

  it('shows messages only, not what else agents write', async () => {
    const window = await chat.open();
    await chat.session.addItems([
      { role: 'system', content: 'Be kind.' },
      { type: 'function_call', callId: 'c', name: 'forecast', arguments: '{}', status: 'completed' },
      { role: 'user', content: 'Hello' },
    ]);
    await window.shows(['Hello']);
  });

  it('loads older messages when it is scrolled to the top, and stays where it is', async () => {
    const texts = numbered('message', 0, 120);
    await write(chat.session, texts);
    const window = await chat.open();
    await window.shows(texts.slice(70));
    const oldest = window.page.getByText('message 70', { exact: true });
    await oldest.scrollIntoViewIfNeeded();
    const before = await oldest.boundingBox();
    await window.shows(texts.slice(20));
    const after = await oldest.boundingBox();
    expect(Math.abs((after?.y ?? NaN) - (before?.y ?? NaN))).toBeLessThan(2);
    await window.page.getByText('message 20', { exact: true }).scrollIntoViewIfNeeded();
    await window.shows(texts);
    await window.page.getByText('message 0', { exact: true }).scrollIntoViewIfNeeded();
    await write(chat.session, ['one more']);
    await window.shows([...texts, 'one more']);
  });

  it('drops what is removed, also where older pages were loaded, and all of it when the history is cleared', async () => {
    const texts = numbered('message', 0, 60);
    await write(chat.session, texts);
    const window = await chat.open();
    await window.page.getByText('message 10', { exact: true }).scrollIntoViewIfNeeded();
    await window.shows(texts);
    await chat.session.popItem();
    await window.shows(texts.slice(0, -1));
    for (let n = 0; n < 52; n++) await chat.session.popItem();
    await window.shows(texts.slice(0, 7));
    await chat.session.clearSession();
    await window.shows([]);
    await write(chat.session, ['anew']);
    await window.shows(['anew']);
  });

  it('goes on where it was when a conversation is shown again, and says when it is gone', async () => {
    await write(chat.session, ['before']);
    const window = await chat.open();
    await window.shows(['before']);
    await window.page.evaluate("location.hash = ''");
    await window.page.getByPlaceholder('Message').waitFor({ state: 'detached' });
    await write(chat.session, ['meanwhile']);
    await window.page.goBack();
    await window.shows(['before', 'meanwhile']);
    await chat.session.delete();
    await window.page.getByRole('heading', { name: 'No such conversation' }).waitFor();
    await window.shows([]);
  });
}
