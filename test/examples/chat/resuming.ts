import { expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { numbered, write, type ChatUnderTest } from './chat-under-test.ts';

/** Connections that break. */
export function resumes(chat: ChatUnderTest): void {
  it('shows each message once and in order after its connection was cut and the server restarted', async () => {
    const window = await chat.open();
    const draft = await chat.session.startMessage({ agent: 'geographer' });
    const dropped = await chat.session.startMessage({ agent: 'forgetful' });
    draft.append('Par');
    dropped.append('nothing');
    await window.shows(['Par', 'nothing']);

    const meanwhile = [write(chat.session, numbered('cut', 0, 60)), dropped.cancel({ keep: false })];
    chat.proxy.cut();
    await window.say('said while it is cut');
    await Promise.all(meanwhile);
    await Promise.all([chat.restartServer(), write(chat.session, numbered('restart', 0, 60))]);
    draft.append('is.');
    const log = await eventually(async () => {
      const stored = (await chat.session.getMessages(200)).map(({ text }) => text);
      expect(stored).toContain('said while it is cut');
      return stored;
    });
    expect(log).toHaveLength(121);
    await window.shows([...log, 'Paris.']);
    await draft.finish();
    await window.settled();
    await window.shows([...log, 'Paris.']);
  });

  it('knows after a break which conversations came and which are gone', async () => {
    const window = await chat.open('');
    const gone = await chat.sessions.create({ title: 'Gone' });
    await window.list.getByText('Gone').waitFor();
    chat.proxy.stall();
    await gone.delete();
    await chat.sessions.create({ title: 'Come' });
    chat.proxy.pass();
    await window.list.getByText('Come').waitFor();
    await window.list.getByText('Gone').waitFor({ state: 'detached' });
  });

  it('reads a conversation again whose past is no longer the one it knows, and misses nothing meanwhile', async () => {
    await write(chat.session, ['of the past']);
    const window = await chat.open();
    await window.shows(['of the past']);
    chat.proxy.stall();
    const id = await chat.session.getSessionId();
    await chat.session.delete();
    const anew = await chat.sessions.create({ id, title: 'Anew' });
    await write(anew, ['of the new log']);
    const { isHeld, release } = await window.holdAnswer('query Conversation(');
    chat.proxy.pass();
    await isHeld;
    await write(anew, ['written while it is read']);
    release();
    await window.shows(['of the new log', 'written while it is read']);
    await window.page.getByRole('heading', { name: 'Anew' }).waitFor();
    await write(anew, ['live']);
    await window.shows(['of the new log', 'written while it is read', 'live']);
  });
}
