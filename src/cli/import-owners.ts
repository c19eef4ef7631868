import { readFile } from 'node:fs/promises';
import { isUserId, USER_ID, type ImportArguments } from './import-arguments.ts';

/** The owner of a conversation by its id, or every problem with what names them. */
export type Owners =
  | { readonly kind: 'owners'; readonly ownerOf: (conversationId: string) => string | undefined }
  | { readonly kind: 'problems'; readonly problems: readonly string[] };

export async function readOwners(owner: ImportArguments['owner']): Promise<Owners> {
  if (owner === null) return { kind: 'owners', ownerOf: () => undefined };
  if ('user' in owner) return { kind: 'owners', ownerOf: () => owner.user };
  const { file } = owner;
  let users: unknown;
  try {
    users = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    return { kind: 'problems', problems: [`${file} ${reason}: ${String(error)}`] };
  }
  if (typeof users !== 'object' || users === null || Array.isArray(users)) {
    return { kind: 'problems', problems: [`${file} must hold an object, {"session id": "user id"}.`] };
  }
  // A map, since an id may be the name of something that every object has.
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const [id, user] of Object.entries(users)) {
    if (typeof user === 'string' && isUserId(user)) owners.set(id, user);
    else problems.push(`${file}: the user of ${JSON.stringify(id)} must be a text of ${USER_ID}.`);
  }
  return problems.length > 0
    ? { kind: 'problems', problems }
    : { kind: 'owners', ownerOf: (id) => owners.get(id) };
}
