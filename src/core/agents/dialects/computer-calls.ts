import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { callId, field, id, listOf, requirement, same, status, text, typed } from './fields.ts';
import { formToAgentsJs, formToResponses, type Codec, type Form } from './form.ts';

const required = { required: true };

/** What AGENTS_JS knows a computer to do: it accepts no other action, and none of these without its fields. */
const ACTIONS: Readonly<Record<string, (action: JsonObject) => boolean>> = {
  screenshot: () => true,
  wait: () => true,
  click: (action) => areNumbers(action, 'x', 'y') && BUTTONS.has(action['button']),
  double_click: (action) => areNumbers(action, 'x', 'y'),
  move: (action) => areNumbers(action, 'x', 'y'),
  scroll: (action) => areNumbers(action, 'x', 'y', 'scroll_x', 'scroll_y'),
  type: (action) => typeof action['text'] === 'string',
  keypress: ({ keys }) => Array.isArray(keys) && keys.every((key) => typeof key === 'string'),
  drag: ({ path }) => Array.isArray(path) && path.every((at) => isJsonObject(at) && areNumbers(at, 'x', 'y')),
};

const BUTTONS: ReadonlySet<unknown> = new Set(['left', 'right', 'wheel', 'back', 'forward']);

function areNumbers(source: JsonObject, ...names: readonly string[]): boolean {
  return names.every((name) => typeof source[name] === 'number');
}

const action: Codec = {
  toAgentsJs: (value) => {
    if (!isJsonObject(value)) return undefined;
    const { type } = value;
    const isKnown = typeof type === 'string' && Object.hasOwn(ACTIONS, type);
    return isKnown && ACTIONS[type]?.(value) === true ? value : undefined;
  },
  toResponses: (value) => value,
};

export const computerCall: Form = {
  fields: [
    typed('computer_call'),
    id,
    callId,
    status,
    same('action', action),
    same('actions', listOf(action)),
    requirement(({ action = null, actions = null }) =>
      actions === null ? action !== null : Array.isArray(actions) && actions.length > 0,
    ),
  ],
  agentsJsDefaults: { status: 'completed' },
};

/** RESPONSES can also name the screenshot by its file, for which AGENTS_JS has no form. */
const screenshot: Form = {
  fields: [typed('computer_screenshot'), field('image_url', 'data', text, required)],
};

export const computerResult: Form = {
  fields: [
    typed('computer_call_output', 'computer_call_result'),
    id,
    callId,
    same(
      'output',
      {
        toAgentsJs: (value) => (isScreenshot(value) ? formToAgentsJs(screenshot, value) : null) ?? undefined,
        toResponses: (value) =>
          (isScreenshot(value) ? formToResponses(screenshot, value) : null) ?? undefined,
      },
      required,
    ),
  ],
};

function isScreenshot(value: JsonValue): value is JsonObject {
  return (
    isJsonObject(value) && value['type'] === 'computer_screenshot' && (value['file_id'] ?? null) === null
  );
}
