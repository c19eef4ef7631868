import { createContext, useContext } from 'react';
import { connect, type AgentSessions } from 'agent-sessions/client';
import type { Client } from 'urql';
import type { Viewer } from '../api/documents.ts';
import { ENDPOINT } from '../api/endpoint.ts';
import { Openings } from '../conversation/openings.ts';
import { Outbox } from '../conversation/outbox.ts';
import type { CredentialsStore } from '../identity/credentials.ts';
import { FollowedList } from '../list/followed-list.ts';
import { Notices } from './notices.tsx';

export interface ServicesOptions {
  readonly client: Client;
  readonly credentials: CredentialsStore;
  readonly viewer: Viewer;
  /** Whose conversations; null: the viewer's own. */
  readonly userId: string | null;
}

/** What one signed-in viewer works with; another viewer has another. */
export class Services {
  readonly client: Client;
  readonly credentials: CredentialsStore;
  readonly viewer: Viewer;
  readonly userId: string | null;
  readonly sessions: AgentSessions;
  readonly list: FollowedList;
  /** Shared by all who show a conversation without a title. */
  readonly openings: Openings;
  readonly notices = new Notices();
  readonly #outboxes = new Map<string, Outbox>();

  constructor({ client, credentials, viewer, userId }: ServicesOptions) {
    this.client = client;
    this.credentials = credentials;
    this.viewer = viewer;
    this.userId = userId;
    const { token } = credentials.value;
    this.sessions = connect({ url: ENDPOINT, ...(token === null ? {} : { token }) });
    this.openings = new Openings(client);
    this.list = new FollowedList(client, userId);
  }

  /** What is on its way to a conversation goes on while another one is shown. */
  outbox(sessionId: string): Outbox {
    const outbox = this.#outboxes.get(sessionId) ?? new Outbox(this.client, sessionId);
    this.#outboxes.set(sessionId, outbox);
    return outbox;
  }
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === null) throw new Error('Nobody is signed in here.');
  return services;
}
