import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  beginMirroring,
  brokenOff,
  gathered,
  goneOn,
  handedOver,
  responseOver,
  writtenDown,
  type Mirroring,
  type MirrorProgress,
  type MirrorStep,
} from '../../src/client/mirroring.ts';
import { generatedItem, runEvent, type GeneratedItem } from '../../src/client/streamed-run.ts';
import { assistant, call, result } from './sdk-items.ts';
import {
  came,
  handedOver as handsOver,
  isWith,
  says,
  started,
  thinks,
  type RunStreamEvent,
} from './scripted-run.ts';

/** What a mirror does about events, with a stroke where what came together is written. */
function decided(
  events: readonly (RunStreamEvent | 'pause')[],
  ended: 'over' | 'broken' = 'over',
): MirrorStep[] {
  let state: Mirroring = beginMirroring('triage', 'triage');
  const steps: MirrorStep[] = [];
  const go = (progress: MirrorProgress): void => {
    state = progress.state;
    steps.push(...progress.steps);
  };
  for (const event of events) {
    if (event === 'pause') {
      go(writtenDown(state));
      continue;
    }
    const met = runEvent(event);
    if (met?.kind === 'response') go(responseOver(state));
    if (met?.kind === 'delta') go(goneOn(state, met.channel, met.of, met.text));
    if (met?.kind === 'agent') go(handedOver(state, met.name));
    const item = met?.kind === 'item' ? generatedItem(met.source, false) : null;
    if (item !== null) state = gathered(state, item);
  }
  go(ended === 'broken' ? brokenOff(state) : responseOver(state));
  return steps;
}

const written = (items: readonly object[], draft: number | null = null, agent = 'triage'): MirrorStep => ({
  do: 'write',
  items,
  agent,
  draft,
});
const appended = (text: string, draft = 1, channel = 'TEXT', agent = 'triage') => ({
  do: 'append',
  draft,
  agent,
  channel,
  text,
});
const thought = (text = 'Hm') => ({ type: 'reasoning', content: [{ type: 'input_text', text }] });

describe('what a mirror makes of the events of a run', () => {
  it('is a draft of each message, which becomes the message with all that came with it', () => {
    const answer = [thought(), assistant('Hello', 'msg_1'), call('call_1')];
    expect(
      decided([
        started(),
        thinks('Hm'),
        says('Hel', 'msg_1'),
        says('lo', 'msg_1'),
        ...answer.map((item) => came(item)),
      ]),
    ).toEqual([appended('Hm', 1, 'REASONING'), appended('Hel'), appended('lo'), written(answer, 1)]);
  });

  it('is a draft for each of several messages in a response, by their ids', () => {
    const [first, second] = [assistant('One', 'msg_1'), assistant('Two', 'msg_2')];
    const deltas = [thinks('a'), says('One', 'msg_1'), thinks('b'), says('Two', 'msg_2')];
    const items = [thought('a'), first, thought('b'), second, call('call_1')];
    expect(decided([...deltas, ...items.map((item) => came(item))])).toEqual([
      appended('a', 1, 'REASONING'),
      appended('One', 1),
      appended('b', 2, 'REASONING'),
      appended('Two', 2),
      written([thought('a'), first, thought('b')], 1),
      written([second, call('call_1')], 2),
    ]);
    // Whatever order they come in.
    expect(decided([...deltas, came(second), came(first)]).slice(-2)).toEqual([
      written([second], 2),
      written([first], 1),
    ]);
  });

  it('ends a draft of thoughts with what came of them', () => {
    expect(decided([thinks('Hm'), came(thought()), came(call('call_1'))]).slice(1)).toEqual([
      written([thought(), call('call_1')], 1),
    ]);
    const refusal = { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] };
    expect(decided([thinks('Hm'), came(refusal)]).slice(1)).toEqual([written([refusal], 1)]);
  });

  it('keeps a draft that speaks for its message, however late that comes', () => {
    const steps = decided([thinks('Hm'), says('Hello'), came(thought()), 'pause', came(assistant('Hello'))]);
    expect(steps.slice(2)).toEqual([written([thought()]), written([assistant('Hello')], 1)]);
  });

  it('puts parts of what a model thinks on lines of their own', () => {
    const part = (summary_index: number) => ({ item_id: 'rs_1', summary_index });
    expect(
      decided([thinks('a', part(0)), thinks('b', part(0)), thinks('c', part(1))], 'broken').slice(0, 3),
    ).toEqual([
      appended('a', 1, 'REASONING'),
      appended('b', 1, 'REASONING'),
      appended('\nc', 1, 'REASONING'),
    ]);
  });

  it('drops what was said before the model was asked again, and keeps what was said when the run broke off', () => {
    const answer = came(assistant('Hello'));
    expect(decided([started(), says('Hel'), started(), says('Hello'), answer])).toEqual([
      appended('Hel'),
      { do: 'cancel', draft: 1, keep: false },
      appended('Hello', 2),
      written([assistant('Hello')], 2),
    ]);
    expect(decided([came(call('call_1')), came(result('call_1')), says('Hel')], 'broken')).toEqual([
      written([call('call_1'), result('call_1')]),
      appended('Hel'),
      { do: 'cancel', draft: 1, keep: true },
    ]);
  });

  it('changes the agent after the result that hands over, once', () => {
    const [transfer, transferred] = [call('call_1', { name: 'transfer_to_billing' }), result('call_1')];
    const events = [
      came(transfer),
      handsOver(transferred, 'triage', 'billing'),
      isWith('billing'),
      says('Hi'),
    ];
    expect(decided(events, 'broken').slice(0, 3)).toEqual([
      written([transfer, transferred]),
      { do: 'track', agent: 'billing' },
      appended('Hi', 1, 'TEXT', 'billing'),
    ]);
    // A filter of the hand-off may have taken the result away.
    expect(decided([came(transfer), isWith('billing')])).toEqual([
      written([transfer]),
      { do: 'track', agent: 'billing' },
    ]);
  });

  it('leaves alone what it does not know, and questions whether a call may be made', () => {
    const unknown = [
      null,
      'text',
      {},
      { type: 'raw_model_stream_event' },
      { type: 'raw_model_stream_event', data: { type: 'output_text_delta', delta: 1 } },
      { type: 'raw_model_stream_event', data: { type: 'output_text_delta', delta: '' } },
      { type: 'raw_model_stream_event', data: { type: 'model', event: { choices: [] } } },
      { type: 'run_item_stream_event', item: 'text' },
      { type: 'agent_updated_stream_event', agent: null },
      { type: 'something_new' },
    ];
    expect(unknown.map(runEvent)).toEqual(unknown.map(() => null));
    expect(decided([came(call('call_1'), 'triage', 'tool_approval_item')])).toEqual([]);
    expect(generatedItem({ rawItem: 'text' }, false)).toBeNull();
  });

  it.each([
    ['reasoning', { reasoning: 'Hm' }],
    ['reasoning_content', { reasoning_content: 'Hm' }],
  ])('reads %s in the chunks of chat completions', (_name, delta) => {
    const event = {
      type: 'raw_model_stream_event',
      data: { type: 'model', event: { choices: [{ delta }] } },
    };
    expect(runEvent(event)).toEqual({ kind: 'delta', channel: 'REASONING', of: null, text: 'Hm' });
  });

  it('is every item once and in order, and one end of every draft, whatever happens', () => {
    const id = fc.constantFrom(undefined, 'msg_1', 'msg_2');
    const happening = fc.oneof(
      fc.record({ says: id }),
      fc.record({ thinks: fc.nat(2) }),
      fc.record({ answers: id }),
      fc.record({ item: fc.constantFrom('call', 'thought') }),
      fc.record({ then: fc.constantFrom('started', 'pause', 'triage', 'billing') }),
    );
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 30 }),
        fc.constantFrom('over', 'broken'),
        (happenings, ended) => {
          const items: object[] = [];
          const bring = (item: object): RunStreamEvent => {
            items.push(item);
            return came(item, items.length % 3 === 0 ? 'billing' : 'triage');
          };
          const steps = decided(
            happenings.map((next, index) => {
              if ('says' in next) return says('x', next.says);
              if ('thinks' in next) return thinks('x', { summary_index: next.thinks });
              if ('answers' in next) return bring(assistant(`${index}`, next.answers));
              if ('item' in next)
                return bring(next.item === 'call' ? call(`call_${index}`) : thought(`${index}`));
              if (next.then === 'started') return started();
              return next.then === 'pause' ? 'pause' : isWith(next.then);
            }),
            ended,
          );
          expect(steps.flatMap((step) => (step.do === 'write' ? step.items : []))).toEqual(items);
          const begun = new Set<number>();
          const over = new Set<number>();
          for (const step of steps) {
            if (step.do === 'track' || step.draft === null) continue;
            expect(over).not.toContain(step.draft);
            if (step.do === 'append') begun.add(step.draft);
            else over.add(step.draft);
          }
          expect(over).toEqual(begun);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('an item of a run', () => {
  const read = (rawItem: object, omitsIds = false): GeneratedItem | null =>
    generatedItem({ rawItem }, omitsIds);

  it('is without what the SDK leaves out of histories', () => {
    const message = assistant('Hello', 'msg_1');
    expect(read(message)?.raw).toBe(message);
    expect(read({ ...message, created_by: 'me' })?.raw).toEqual(message);
    expect(read({ ...thought(), status: null })?.raw).toEqual(thought());
    expect(read({ ...thought(), id: 'rs_1' }, true)?.raw).toEqual(thought());
    expect(read(message, true)?.raw).toBe(message);
  });
});
