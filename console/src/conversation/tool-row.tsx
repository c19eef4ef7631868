import { Clamped } from './clamped.tsx';
import { Fold } from './fold.tsx';
import { ItemActions } from './item-actions.tsx';
import type { Row } from './rows.ts';
import { Preview } from './preview.tsx';
import { pretty } from './session-export.ts';
import { outputText } from './tool-output.ts';

export interface ToolRowProps {
  readonly row: Extract<Row, { kind: 'tool' }>;
  readonly sessionId: string;
  readonly title: string | null;
}

/** A call and its result are one block; a result whose call is further up, or nowhere, stands alone. */
export function ToolRow({ row: { key, call, result }, sessionId, title }: ToolRowProps) {
  const item = result ?? call;
  if (item === null) return null;
  const name = call?.name ?? result?.toolName ?? 'tool';
  const output = result === null ? '' : outputText(result.output);
  return (
    <ItemActions
      item={item}
      sessionId={sessionId}
      title={title}
      text={output === '' ? (call?.arguments ?? '') : output}
    >
      <Fold
        name={key}
        icon="tool"
        className="tool"
        label={
          <>
            <b className="mono">{name}</b>
            <Preview className="mono" text={call === null ? output : call.arguments} />
          </>
        }
        state={
          result === null ? <span className="pending">no result yet</span> : call === null ? 'result' : 'done'
        }
      >
        {call !== null && <Clamped text={pretty(call.arguments)} what="arguments" />}
        {result !== null && <Clamped text={output} what="output" />}
      </Fold>
    </ItemActions>
  );
}
