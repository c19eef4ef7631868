import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertItems } from '../../../src/core/agents/dialects.ts';
import type { JsonObject } from '../../../src/core/json.ts';
import type { ItemDialect } from '../../../src/core/log.ts';
import { AGENTS_JS_ITEMS, RESPONSES_ITEMS } from '../../support/item-generators.ts';

// A reader of both dialects that knows nothing of how they are converted.
type Read = any;

/** What an item says, whatever dialect says it; what is null or missing is left out. */
function meaning(item: Read): unknown {
  if (item.type === 'unknown' && (item.providerData?.type ?? item.providerData?.role) !== undefined) {
    return meaning({ ...item.providerData, ...(item.id === undefined ? {} : { id: item.id }) });
  }
  return withoutNulls({ ...identity(item), ...statements(item) });
}

function identity(item: Read): Read {
  return {
    id: item.id === 'FAKE_ID' ? null : item.id,
    callId: item.callId ?? item.call_id,
    status: item.status ?? item.providerData?.status,
    caller: callerOf(item.caller),
  };
}

function statements(item: Read): Read {
  const more = item.providerData ?? item;
  switch (item.type ?? 'message') {
    case 'message':
      return {
        kind: 'message',
        // The one role that AGENTS_JS lacks.
        role: item.role === 'developer' ? 'system' : item.role,
        status: item.role === 'assistant' ? (item.status ?? 'completed') : item.status,
        phase: item.phase,
        parts: partsOf(item.content),
      };
    case 'function_call':
      return {
        kind: 'call',
        name: item.name,
        namespace: item.namespace,
        arguments: item.arguments,
        async: more.async,
      };
    case 'function_call_result':
    case 'function_call_output':
      return { kind: 'result', status: item.status ?? 'completed', output: partsOf(item.output) };
    case 'hosted_tool_call':
      return item.providerData === undefined
        ? { kind: item.name, output: item.output, arguments: item.arguments }
        : hosted({
            ...item.providerData,
            output: item.output,
            status: item.providerData.status ?? item.status,
          });
    case 'web_search_call':
    case 'file_search_call':
    case 'code_interpreter_call':
    case 'image_generation_call':
    case 'mcp_list_tools':
    case 'mcp_approval_request':
    case 'mcp_approval_response':
    case 'mcp_call':
      return hosted(item);
    case 'computer_call': {
      const checks = more.pendingSafetyChecks ?? more.pending_safety_checks ?? [];
      return { kind: 'computer call', action: item.action, actions: item.actions, checks };
    }
    case 'computer_call_result':
    case 'computer_call_output':
      return {
        kind: 'computer result',
        image: item.output.data ?? item.output.image_url,
        file: item.output.file_id,
        checks: more.acknowledgedSafetyChecks ?? more.acknowledged_safety_checks ?? [],
      };
    case 'shell_call':
      return {
        kind: 'shell call',
        commands: item.action.commands,
        timeout: item.action.timeoutMs ?? item.action.timeout_ms,
        length: item.action.maxOutputLength ?? item.action.max_output_length,
        environment: more.environment,
      };
    case 'shell_call_output':
      return {
        kind: 'shell result',
        length: item.maxOutputLength ?? item.max_output_length,
        output: item.output.map(({ stdout, stderr, outcome }: Read) => {
          return { stdout, stderr, ended: outcome.type, code: outcome.exitCode ?? outcome.exit_code };
        }),
      };
    case 'apply_patch_call': {
      const { type, path, diff, moveTo, move_to } = item.operation;
      return { kind: 'patch call', operation: { type, path, diff, to: moveTo ?? move_to } };
    }
    case 'apply_patch_call_output':
      return { kind: 'patch result', output: item.output };
    case 'program':
      return { kind: 'program', code: item.code, fingerprint: item.fingerprint };
    case 'program_output':
      return { kind: 'program result', output: item.output ?? item.result };
    case 'tool_search_call':
      return { kind: 'tool search', arguments: item.arguments, execution: item.execution };
    case 'tool_search_output':
      return { kind: 'found tools', execution: item.execution, tools: item.tools.map(toolOf) };
    case 'reasoning': {
      const isJs = item.summary === undefined;
      return {
        kind: 'reasoning',
        summary: (item.summary ?? item.content).map(({ text }: Read) => text),
        raw: ((isJs ? item.rawContent : item.content) ?? []).map(({ text }: Read) => text),
        encrypted: more.encryptedContent ?? more.encrypted_content,
      };
    }
    case 'compaction':
      return { kind: 'compaction', content: item.encrypted_content };
    default:
      return { kind: 'other', item };
  }
}

function hosted(call: Read): Read {
  const { type, result, output, status, caller: _, arguments: given, ...details } = call;
  // AGENTS_JS says 'completed' of MCP items, most of which have no status.
  const ended = type.startsWith('mcp_') && status === 'completed' ? null : status;
  return { details, kind: type, status: ended, output: output ?? result, arguments: given };
}

function callerOf(caller: Read): unknown {
  return caller && { type: caller.type, id: caller.callerId ?? caller.caller_id };
}

function toolOf(tool: Read): unknown {
  const { type, name, namespace, functionName, function_name, tools, parameters, strict } = tool;
  return {
    tool: { type, name: name ?? functionName ?? function_name, namespace, parameters, strict },
    deferred: tool.deferLoading ?? tool.defer_loading,
    callers: tool.allowedCallers ?? tool.allowed_callers,
    tools: tools?.map(toolOf),
  };
}

function partsOf(content: any): unknown {
  if (typeof content === 'string') return [{ text: content }];
  return Array.isArray(content) ? content.map(partOf) : [partOf(content)];
}

function partOf(part: Read): unknown {
  const { image, file, audio, detail = 'auto', filename, providerData } = part;
  const cache = part.promptCacheBreakpoint ?? part.prompt_cache_breakpoint;
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text': {
      const { annotations, logprobs, note } = providerData ?? part;
      // None is what a model says that has no sources.
      const sources = annotations?.length === 0 ? null : annotations;
      return { text: part.text, sources, logprobs, note, cache };
    }
    case 'refusal':
      return { refusal: part.refusal };
    case 'image':
    case 'input_image': {
      const data = image?.mediaType ? `data:${image.mediaType};base64,${image.data}` : image?.data;
      const url = typeof image === 'string' ? image : (image?.url ?? data ?? part.image_url);
      return { image: url, id: image?.id ?? image?.fileId ?? part.file_id, detail, cache };
    }
    case 'file':
    case 'input_file': {
      const data = file?.data && `data:${file.mediaType};base64,${file.data}`;
      return {
        file: typeof file === 'string' ? file : (file?.url ?? data ?? part.file_data ?? part.file_url),
        id: file?.id ?? part.file_id,
        name: file?.filename ?? filename,
        detail: providerData?.detail ?? part.detail,
        cache,
      };
    }
    case 'audio':
      return { audio, format: part.format, transcript: part.transcript };
    case 'input_audio':
      return { audio: part.input_audio.data, format: part.input_audio.format, transcript: part.transcript };
    default:
      return part;
  }
}

function withoutNulls(value: any): any {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .map(([name, inner]) => [name, withoutNulls(inner)]),
  );
}

function convert(raw: JsonObject, dialect: ItemDialect, to: ItemDialect, toolName?: unknown): JsonObject {
  const name = typeof toolName === 'string' ? { toolName } : {};
  const [converted] = convertItems([{ raw, dialect, ...name }], to);
  if (converted === undefined) throw new Error('the item got lost');
  return converted;
}

/** Enough for every branch of a generator to be taken many times; all kinds together stay below three seconds. */
const numRuns = 100;

describe('an item of AGENTS_JS', () => {
  it.each(Object.entries(AGENTS_JS_ITEMS))('keeps its meaning in RESPONSES and back: %s', (_, items) => {
    fc.assert(
      fc.property(items, (item) => {
        const there = convert(item, 'AGENTS_JS', 'RESPONSES');
        const back = convert(there, 'RESPONSES', 'AGENTS_JS', item['name']);
        expect(meaning(there)).toEqual(meaning(item));
        expect(meaning(back)).toEqual(meaning(item));
        expect(back['type'] ?? 'message').toBe(item['type'] ?? 'message');
        expect(back['name']).toBe(item['name']);
      }),
      { numRuns },
    );
  });

  it.each(Object.entries(AGENTS_JS_ITEMS))('is changed no more by going twice: %s', (_, items) => {
    fc.assert(
      fc.property(items, (item) => {
        const there = convert(item, 'AGENTS_JS', 'RESPONSES');
        const back = convert(there, 'RESPONSES', 'AGENTS_JS', item['name']);
        expect(convert(back, 'AGENTS_JS', 'RESPONSES')).toEqual(there);
      }),
      { numRuns },
    );
  });
});

describe('an item of RESPONSES', () => {
  it.each(Object.entries(RESPONSES_ITEMS))('keeps its meaning in AGENTS_JS and back: %s', (_, items) => {
    fc.assert(
      fc.property(items, (item) => {
        const there = convert(item, 'RESPONSES', 'AGENTS_JS');
        const back = convert(there, 'AGENTS_JS', 'RESPONSES');
        expect(meaning(there)).toEqual(meaning(item));
        expect(meaning(back)).toEqual(meaning(item));
        expect(back['type'] ?? 'message').toBe(item['type'] ?? 'message');
        if (there['type'] === 'unknown') expect(back).toEqual(item);
      }),
      { numRuns },
    );
  });
});

describe('what nobody defined', () => {
  const any = fc.jsonValue({ maxDepth: 3 });
  /** A known item with one of its fields replaced by anything. */
  const spoilt = (kinds: Readonly<Record<string, fc.Arbitrary<JsonObject>>>) =>
    fc.tuple(fc.oneof(...Object.values(kinds)), fc.nat(), any).map(([item, place, value]) => {
      const names = Object.keys(item).filter((name) => name !== 'type' && name !== 'role');
      const name = names[place % Math.max(names.length, 1)];
      return name === undefined ? item : ({ ...item, [name]: value } as JsonObject);
    });

  it('comes back as it was when it is no item of RESPONSES', () => {
    fc.assert(
      fc.property(spoilt(RESPONSES_ITEMS), (item) => {
        const there = convert(item, 'RESPONSES', 'AGENTS_JS');
        const back = convert(there, 'AGENTS_JS', 'RESPONSES');
        if (there['type'] === 'unknown') expect(back).toEqual(item);
      }),
      { numRuns: 2000 },
    );
  });

  it('is converted without a failure when it is no item of AGENTS_JS', () => {
    fc.assert(
      fc.property(spoilt(AGENTS_JS_ITEMS), (item) => {
        const there = convert(item, 'AGENTS_JS', 'RESPONSES');
        convert(there, 'RESPONSES', 'AGENTS_JS');
      }),
      { numRuns: 2000 },
    );
  });
});
