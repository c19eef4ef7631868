import type { Client } from 'urql';
import { EXPORT_PAGE, type ExportedItem, type ExportedSession } from '../api/documents.ts';

/** A session with all its items. */
export interface WholeSession extends Omit<ExportedSession, 'items'> {
  readonly items: readonly ExportedItem[];
}

/** Items of one request: as many as the server gives. */
const PAGE = 1_000;

/** @throws what urql failed with; an Error when there is no such session. */
export async function readWhole(client: Client, id: string): Promise<WholeSession> {
  const items: ExportedItem[] = [];
  let after: string | null = null;
  for (;;) {
    const page: ExportedSession = await readPage(client, id, after);
    items.push(...page.items.nodes);
    const { endCursor, hasNextPage } = page.items.pageInfo;
    if (!hasNextPage || endCursor === null) return { ...page, items };
    after = endCursor;
  }
}

async function readPage(client: Client, id: string, after: string | null): Promise<ExportedSession> {
  const { data, error } = await client.query(EXPORT_PAGE, { id, first: PAGE, after }).toPromise();
  if (error !== undefined) throw error;
  if (data?.session === undefined || data.session === null) {
    throw new Error('This conversation does not exist any more.');
  }
  return data.session;
}

export function exportedJson(whole: WholeSession): string {
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** For people: who said what, with tool calls as code and hand-offs as lines. */
export function exportedMarkdown(whole: WholeSession): string {
  const head = [
    `# ${whole.title ?? 'Untitled conversation'}`,
    '',
    `Session \`${whole.id}\`, begun ${whole.createdAt}.`,
  ];
  return `${[...head, ...whole.items.flatMap((item) => ['', ...linesOf(item)])].join('\n')}\n`;
}

function linesOf(item: ExportedItem): readonly string[] {
  switch (item.__typename) {
    case 'Message': {
      const who = item.role === 'ASSISTANT' ? (item.agent ?? 'Assistant') : capitalised(item.role ?? '');
      const end = item.status === 'INTERRUPTED' ? ['', '*(interrupted)*'] : [];
      return [`## ${who} · ${item.createdAt}`, '', item.text ?? '', ...end];
    }
    case 'ToolCall':
      return [
        `**Tool call** \`${item.name ?? ''}\` (\`${item.callId ?? ''}\`)`,
        '',
        ...fenced(pretty(item.arguments)),
      ];
    case 'ToolResult':
      return [`**Result** of \`${item.toolName ?? item.callId ?? ''}\``, '', ...fenced(pretty(item.output))];
    case 'Reasoning':
      return ['**Thought**', '', ...(item.summary ?? '').split('\n').map((line) => `> ${line}`)];
    case 'Handoff':
      return [
        `---`,
        '',
        `*${item.from === null || item.from === undefined ? '' : `${item.from} → `}${item.to ?? ''}*`,
      ];
    default:
      return [`**${item.type ?? item.__typename}**`, '', ...fenced(pretty(item.raw))];
  }
}

function capitalised(text: string): string {
  return `${text.slice(0, 1)}${text.slice(1).toLowerCase()}`;
}

/** In a fence that is longer than any within. */
function fenced(text: string): readonly string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}json`, text, fence];
}

/** JSON as people read it; a text that is none stays as it is. */
export function pretty(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2) ?? '';
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null ? JSON.stringify(parsed, null, 2) : value;
  } catch {
    // Tools write what they like, and models do not always write JSON.
    return value;
  }
}

export function fileNameOf({ title, id }: WholeSession, extension: string): string {
  const name = (title ?? '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${name === '' ? id : name}.${extension}`;
}
