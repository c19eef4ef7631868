import type { Session } from './session.ts';

/**
 * Who asks. A service is an agent's back end and acts for any user; `userId` is the user that it means when it names
 * none (null: it must name one). A user acts for itself alone.
 */
export type Viewer =
  | { readonly kind: 'SERVICE'; readonly userId: string | null }
  | { readonly kind: 'USER'; readonly userId: string };

/** Whether the viewer may know that the session exists. */
export function maySee(viewer: Viewer, session: Pick<Session, 'userId'>): boolean {
  return viewer.kind === 'SERVICE' || viewer.userId === session.userId;
}

/** What a store compares the owner with before it writes: nothing for services, who act for any user. */
export function ownerGuard(viewer: Viewer): string | undefined {
  return viewer.kind === 'USER' ? viewer.userId : undefined;
}
