import { describe } from 'vitest';
import { chatUnderTest } from './chat/chat-under-test.ts';
import { resumes } from './chat/resuming.ts';
import { sends } from './chat/sending.ts';
import { showsConversations } from './chat/showing.ts';

describe('examples/chat-urql', () => {
  const chat = chatUnderTest('chat-urql');
  showsConversations(chat);
  sends(chat);
  resumes(chat);
});
