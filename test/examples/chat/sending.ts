import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { ChatUnderTest } from './chat-under-test.ts';

/** What a user does. */
export function sends(chat: ChatUnderTest): void {
  it('shows what is sent at once, and once', async () => {
    const window = await chat.open();
    await window.page.getByRole('heading', { name: 'Weather' }).waitFor();
    const counts = await window.count('Hello');
    chat.proxy.stall();
    await window.say('Hello');
    await window.bubble('sending…').getByText('Hello').waitFor();
    chat.proxy.pass();
    await window.settled();
    await chat.session.addMessage({ role: 'ASSISTANT', text: 'Good morning' });
    await window.shows(['Hello', 'Good morning']);
    expect(await counts()).toEqual([0, 1]);
  });

  it('stores once, and in order, what it sends again because the answer was lost', async () => {
    const window = await chat.open();
    await window.page.getByRole('heading', { name: 'Weather' }).waitFor();
    const lost = await window.loseAnswers('addMessage', 2);
    const counts = await window.count('first');
    await window.say('first');
    await window.say('second');
    await window.shows(['first', 'second']);
    await eventually(() => expect(lost()).toBe(2));
    await window.settled();
    await window.shows(['first', 'second']);
    expect((await chat.session.getMessages(10)).map(({ text }) => text)).toEqual(['first', 'second']);
    expect(await counts()).toEqual([0, 1]);
  });

  it('says of a message why it was not stored, and goes on with the next', async () => {
    const window = await chat.open();
    await window.page.getByRole('heading', { name: 'Weather' }).waitFor();
    await window.say('   ');
    await window.bubble('only spaces').waitFor();
    await window.say('More than spaces');
    await window.shows(['More than spaces', '   ']);
  });

  it('begins conversations, and deletes them when that is confirmed', async () => {
    const window = await chat.open('');
    await window.page.getByText('Choose a conversation').waitFor();
    await window.page.getByRole('button', { name: 'New' }).click();
    await window.say('I begin');
    await window.list.getByText('I begin').waitFor();
    window.page.once('dialog', (dialog) => void dialog.dismiss());
    await window.page.getByRole('button', { name: 'Delete' }).click();
    await window.say('I am still here');
    await window.list.getByText('I am still here').waitFor();
    window.page.once('dialog', (dialog) => void dialog.accept());
    await window.page.getByRole('button', { name: 'Delete' }).click();
    await window.list.getByText('I am still here').waitFor({ state: 'detached' });
    await window.page.getByPlaceholder('Message').waitFor({ state: 'detached' });
  });
}
