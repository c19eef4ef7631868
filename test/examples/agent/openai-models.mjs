// The SDK's own models of OpenAI's two APIs, on streams as those APIs send them.
import { OpenAIChatCompletionsModel, OpenAIResponsesModel } from '@openai/agents';
import OpenAI from 'openai';

const clientOf = (events) =>
  new OpenAI({
    apiKey: 'none',
    fetch: async () => new Response(ReadableStream.from(events()), EVENT_STREAM),
  });
const EVENT_STREAM = { headers: { 'content-type': 'text/event-stream' } };
const encoder = new TextEncoder();
const data = (event) => encoder.encode(`data: ${JSON.stringify(event)}\n\n`);

/** A response of a reasoning model; `hear` is awaited after each piece. */
export function responsesModel(hear) {
  const thoughts = ['First this.', 'Then that.'];
  const reasoning = {
    type: 'reasoning',
    id: 'rs_1',
    summary: thoughts.map((text) => ({ type: 'summary_text', text })),
    encrypted_content: 'gAAA',
  };
  const text = 'Hello, Ada';
  const message = {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
  const response = { id: 'resp_1', object: 'response', model: 'none', status: 'completed' };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  async function* events() {
    yield data({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } });
    yield data({ type: 'response.output_item.added', output_index: 0, item: { ...reasoning, summary: [] } });
    for (const [summary_index, delta] of thoughts.entries()) {
      const place = { item_id: 'rs_1', output_index: 0, summary_index };
      yield data({ type: 'response.reasoning_summary_text.delta', ...place, delta });
      // Each part stands on a line of its own.
      await hear(summary_index === 0 ? delta : `\n${delta}`);
    }
    yield data({ type: 'response.output_item.done', output_index: 0, item: reasoning });
    yield data({ type: 'response.output_item.added', output_index: 1, item: { ...message, content: [] } });
    for (const delta of ['Hello', ', ', 'Ada']) {
      const place = { item_id: 'msg_1', output_index: 1, content_index: 0 };
      yield data({ type: 'response.output_text.delta', ...place, delta });
      await hear(delta);
    }
    yield data({ type: 'response.output_item.done', output_index: 1, item: message });
    yield data({
      type: 'response.completed',
      response: { ...response, output: [reasoning, message], usage },
    });
  }
  return new OpenAIResponsesModel(clientOf(events), 'none');
}

/** The same by chat completions. */
export function chatModel(hear) {
  const chunk = (delta, finish_reason = null) =>
    data({
      id: 'chatcmpl_1',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, finish_reason }],
    });
  async function* events() {
    yield chunk({ role: 'assistant', content: '' });
    for (const [field, text] of [
      ['reasoning', 'First this. '],
      ['reasoning', 'Then that.'],
      ['content', 'Hello'],
      ['content', ', Ada'],
    ]) {
      yield chunk({ [field]: text });
      await hear(text);
    }
    yield chunk({}, 'stop');
    yield encoder.encode('data: [DONE]\n\n');
  }
  return new OpenAIChatCompletionsModel(clientOf(events), 'none');
}
