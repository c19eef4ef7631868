import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** Converts one value; undefined: the other dialect has no form for it. */
export interface Codec {
  readonly toAgentsJs: (value: JsonValue) => JsonValue | undefined;
  readonly toResponses: (value: JsonValue) => JsonValue | undefined;
}

/** One statement of an object, under the names that either dialect has for it. */
export interface Field {
  /** Names that are spent by the conversion from AGENTS_JS; all others go on under their own name in snake_case. */
  readonly agentsJs: readonly string[];
  /** Names that are spent by the conversion from RESPONSES; all others go to `providerData`. */
  readonly responses: readonly string[];
  /** In RESPONSES the object is not whole without it. */
  readonly required?: boolean;
  /** Null: AGENTS_JS has no form for it. */
  readonly toAgentsJs: (source: JsonObject) => JsonObject | null;
  /** Null: RESPONSES has no form for it. */
  readonly toResponses: (source: JsonObject) => JsonObject | null;
}

/** How an object of one type is written in both dialects. */
export interface Form {
  readonly fields: readonly Field[];
  /** What AGENTS_JS requires and RESPONSES may leave out. */
  readonly agentsJsDefaults?: JsonObject;
  /** What RESPONSES requires and AGENTS_JS may leave out. */
  readonly responsesDefaults?: JsonObject;
}

/** Null: AGENTS_JS cannot say all of it. */
export function formToAgentsJs(form: Form, source: JsonObject): JsonObject | null {
  const converted: Record<string, JsonValue> = { ...form.agentsJsDefaults };
  for (const field of form.fields) {
    const part = field.toAgentsJs(source);
    if (part === null) return null;
    Object.assign(converted, part);
  }
  const rest = without(source, spentNames(form, 'responses'));
  return Object.keys(rest).length === 0 ? converted : { ...converted, providerData: rest };
}

/** Null: RESPONSES cannot say all of it. */
export function formToResponses(form: Form, source: JsonObject): JsonObject | null {
  const { providerData = null, ...own } = source;
  if (providerData !== null && !isJsonObject(providerData)) return null;
  const converted: Record<string, JsonValue> = {};
  for (const field of form.fields) {
    const part = field.toResponses(source);
    if (part === null) return null;
    Object.assign(converted, part);
  }
  const rest = snakeCased({ ...sent(form, providerData), ...without(own, spentNames(form, 'agentsJs')) });
  const whole = { ...form.responsesDefaults, ...rest, ...converted };
  const missing = form.fields.some(
    (field) => field.required === true && field.responses.some((name) => !Object.hasOwn(whole, name)),
  );
  return missing ? null : accepted(whole);
}

/** An item without an id was deprived of it on purpose, and the SDK keeps a copy in `providerData` that it never sends. */
function sent(form: Form, providerData: JsonObject | null): JsonObject {
  const { id = null, ...others } = providerData ?? {};
  return id === null || spentNames(form, 'responses').has('id') ? others : { ...others, id };
}

function spentNames(form: Form, dialect: 'agentsJs' | 'responses'): ReadonlySet<string> {
  return new Set(form.fields.flatMap((field) => field[dialect]));
}

function without(source: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(source).filter(([name]) => !names.has(name)));
}

/** Outermost names only: what lies deeper can be somebody's data, such as the names of environment variables. */
function snakeCased(source: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(source).map(([name, value]) => [
      CAMEL_CASE.test(name) ? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name,
      value,
    ]),
  );
}
const CAMEL_CASE = /^[a-z][a-z0-9]*(?:[A-Z][a-z0-9]*)+$/;

/** Without what the Responses API itself writes, or the SDK in its place, but refuses when it is sent back. */
function accepted(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([name, value]) => !isRefused(name, value)));
}

function isRefused(name: string, value: JsonValue): boolean {
  switch (name) {
    case 'created_by':
      return true;
    case 'id':
      // The SDK's placeholder on what comes from other models.
      return value === 'FAKE_ID';
    case 'pending_safety_checks':
    case 'acknowledged_safety_checks':
      return Array.isArray(value) && value.length === 0;
    default:
      return false;
  }
}
