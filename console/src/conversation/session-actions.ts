import { useMemo } from 'react';
import type { AnyVariables, Client, DocumentInput } from 'urql';
import {
  AGENT_INPUTS,
  CLEAR_SESSION,
  CREATE_SESSION,
  DELETE_SESSION,
  FORK_SESSION,
  RENAME_SESSION,
} from '../api/documents.ts';
import { failureOf } from '../api/failure.ts';
import { newKey } from '../api/idempotency-key.ts';
import { copyText, saveFile } from '../parts/clipboard.ts';
import { go } from '../workspace/route.ts';
import { titleOf } from './title.ts';
import { useServices, type Services } from '../workspace/services.ts';
import { exportedJson, exportedMarkdown, fileNameOf, readWhole } from './session-export.ts';

/** What can be done with a conversation. What fails says so in a notice. */
export interface SessionActions {
  /** A new conversation that begins with this message. */
  begin(text: string): Promise<boolean>;
  rename(id: string, title: string): Promise<boolean>;
  /** @param upTo The cursor of the last item that is copied; absent: all are. */
  fork(id: string, title: string | null, upTo?: string): Promise<void>;
  clear(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  copyId(id: string): Promise<void>;
  copyInputs(id: string, dialect: 'AGENTS_JS' | 'RESPONSES'): Promise<void>;
  save(id: string, as: 'json' | 'markdown'): Promise<void>;
}

export function useSessionActions(): SessionActions {
  const services = useServices();
  return useMemo(() => sessionActions(services), [services]);
}

function sessionActions(services: Services): SessionActions {
  const { client, notices, list, userId } = services;

  /** Whether it worked. */
  async function attempt(what: string, task: () => Promise<void>): Promise<boolean> {
    try {
      await task();
      return true;
    } catch (error) {
      notices.problem(`${what}: ${failureOf(error).message}`);
      return false;
    }
  }

  return {
    begin: (text) =>
      attempt('The conversation could not be made', async () => {
        const owner = userId === null ? {} : { userId };
        const input = { ...owner, title: titleOf(text), idempotencyKey: newKey() };
        const { createSession } = await mutate(client, CREATE_SESSION, { input });
        const { id } = createSession.session;
        services.outbox(id).send(text, null);
        go({ at: 'conversation', id }, { replace: true });
      }),
    rename: (id, title) =>
      attempt('The title could not be changed', async () => {
        const given = title.trim() === '' ? null : title.trim();
        await mutate(client, RENAME_SESSION, { input: { id, title: given, idempotencyKey: newKey() } });
      }),
    async fork(id, title, upTo) {
      await attempt('The fork could not be made', async () => {
        const name = title === null ? {} : { title: `${title.slice(0, 990)} (fork)` };
        const place = upTo === undefined ? {} : { upTo };
        const input = { id, ...name, ...place, idempotencyKey: newKey() };
        const { forkSession } = await mutate(client, FORK_SESSION, { input });
        go({ at: 'conversation', id: forkSession.session.id });
        notices.done('Forked: this is the copy.');
      });
    },
    async clear(id) {
      await attempt('The history could not be cleared', async () => {
        await mutate(client, CLEAR_SESSION, { input: { id, idempotencyKey: newKey() } });
      });
    },
    async remove(id) {
      await attempt('The conversation could not be deleted', async () => {
        await mutate(client, DELETE_SESSION, { input: { id, idempotencyKey: newKey() } });
        list.remove(id);
        go({ at: 'home' }, { replace: true });
        notices.done('Deleted.');
      });
    },
    async copyId(id) {
      await attempt('The id could not be copied', async () => {
        await copyText(id);
        notices.done('Copied the id.');
      });
    },
    async copyInputs(id, dialect) {
      await attempt('The inputs could not be copied', async () => {
        const { data, error } = await client.query(AGENT_INPUTS, { id, dialect }).toPromise();
        if (data === undefined) throw error ?? new Error('The server answered nothing.');
        const inputs = data.session?.agentInputs ?? [];
        await copyText(JSON.stringify(inputs, null, 2));
        notices.done(inputs.length === 1 ? 'Copied 1 item.' : `Copied ${inputs.length} items.`);
      });
    },
    async save(id, as) {
      await attempt('The export failed', async () => {
        const whole = await readWhole(client, id);
        if (as === 'json') saveFile(fileNameOf(whole, 'json'), 'application/json', exportedJson(whole));
        else saveFile(fileNameOf(whole, 'md'), 'text/markdown', exportedMarkdown(whole));
        notices.done('Exported.');
      });
    },
  };
}

/** @throws what urql failed with. */
async function mutate<Data, Variables extends AnyVariables>(
  client: Client,
  document: DocumentInput<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const { data, error } = await client.mutation(document, variables).toPromise();
  if (error !== undefined) throw error;
  if (data === undefined) throw new Error('The server answered nothing.');
  return data;
}
