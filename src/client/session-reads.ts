import { hasCode } from './errors.ts';
import { MESSAGE_FIELDS, type Message } from './item.ts';
import type { SessionHandle } from './session-handle.ts';

/** Items that the server gives as model input at once, and messages in a page. */
const MOST_INPUTS = 10_000;
const MOST_MESSAGES = 1000;

/**
 * The history as model input in the JavaScript dialect: the newest `limit` items exactly, or all of them.
 * The server leaves out of a cut history the results whose calls were cut off; a Session of the SDK does not.
 */
export async function readHistory(handle: SessionHandle, limit?: number): Promise<readonly object[]> {
  if (limit === undefined) return (await readInputs(handle, {})).inputs;
  if (limit <= 0) return [];
  if (limit > MOST_INPUTS) return (await readHistory(handle)).slice(-limit);
  const { inputs, itemCount } = await readInputs(handle, { limit });
  // A full page lacks nothing, nor does one that nothing was cut from.
  if (inputs.length === limit || itemCount <= limit) return inputs;
  try {
    return (await readHistory(handle)).slice(-limit);
  } catch (error) {
    if (!hasCode(error, 'PAYLOAD_TOO_LARGE')) throw error;
    return inputs;
  }
}

export interface InputOptions {
  /** The newest so many, 0 to 10,000; all. */
  readonly limit?: number | undefined;
  /** Only messages of users and assistants that have text; false. */
  readonly messagesOnly?: boolean | undefined;
}

/** As the server cuts it. */
export async function readInputs(
  handle: SessionHandle,
  options: InputOptions,
): Promise<{ readonly inputs: readonly object[]; readonly itemCount: number }> {
  const session = await handle.read<{ agentInputs: readonly object[]; itemCount: number }>(
    'itemCount agentInputs(limit:$limit,messagesOnly:$messagesOnly,dialect:AGENTS_JS)',
    ',$limit:Int,$messagesOnly:Boolean',
    { messagesOnly: false, ...options },
  );
  return { inputs: session?.agentInputs ?? [], itemCount: session?.itemCount ?? 0 };
}

interface MessagePage {
  readonly messages: {
    readonly nodes: readonly Message[];
    readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null };
  };
}

/** The newest messages of users and assistants, oldest first; any number of pages. */
export async function readMessages(handle: SessionHandle, topK: number): Promise<readonly Message[]> {
  const pages: (readonly Message[])[] = [];
  let missing = topK;
  let before: string | null = null;
  while (missing > 0) {
    const session: MessagePage | null = await handle.read<MessagePage>(
      `messages(last:$last,before:$before){nodes{${MESSAGE_FIELDS}}pageInfo{hasPreviousPage startCursor}}`,
      ',$last:Int,$before:String',
      { last: Math.min(missing, MOST_MESSAGES), before },
    );
    if (session === null) break;
    const { nodes, pageInfo }: MessagePage['messages'] = session.messages;
    pages.unshift(nodes);
    missing -= nodes.length;
    if (!pageInfo.hasPreviousPage || nodes.length === 0) break;
    before = pageInfo.startCursor;
  }
  return pages.flat();
}
