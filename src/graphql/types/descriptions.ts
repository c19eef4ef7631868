/** What is said of every argument of its name. */
export const ONCE =
  'Makes the write happen once: 1 to 256 characters, remembered for 24 hours. The same key with the same operation and input answers with the first result and writes nothing (a `session` in it is as it is now); with any other it is CONFLICT; once the session is deleted it is NOT_FOUND, except for deleteSession itself.';

export const IF_CURSOR =
  'CONFLICT, with the cursor that is `current`, if items came or went after this cursor.';

export const AGENT_NAME = '1 to 256 characters.';

export const METADATA = 'At most 64 KiB of JSON, 32 levels deep. null is `{}`.';
