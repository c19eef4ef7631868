/** What GraphiQL opens with, a tab each: make a conversation, follow it, write to it, read it. */
export const EXAMPLE_OPERATIONS: readonly string[] = [
  `# 1. Make a conversation: press the arrow,
#    or Ctrl-Enter. If the answer is
#    UNAUTHENTICATED, this server wants a
#    token: open Headers below, in each
#    of these tabs, and write
#    {"authorization": "Bearer <your token>"}
mutation CreateSession {
  createSession(input: { id: "playground", title: "My first conversation", ifExists: RETURN }) {
    session { id userId title cursor }
  }
}
`,
  `# 2. Follow it. GraphiQL shows the newest event
#    only, and stops when you leave this tab:
#    to watch, open this page in a second window
#    and write from there. Any cursor that you
#    see is a good "after"; that of a draft's
#    events is null, since drafts are not in
#    the log: keep the last one that is not.
#    (UNAUTHENTICATED? Headers below, as in 1.)
subscription Follow {
  sessionEvents(sessionId: "playground", after: "0") {
    __typename
    cursor
    ... on ItemAdded {
      item {
        __typename
        agent
        ... on Message { role text }
        ... on Handoff { from to }
      }
    }
  }
}
`,
  `# 3. Write to it: a window that runs Follow
#    shows it at once.
#    (UNAUTHENTICATED? Headers below, as in 1.)
mutation StoreExchange {
  storeExchange(
    input: {
      sessionId: "playground"
      userMessage: "What is the capital of France?"
      assistantResponse: "Paris."
      agentName: "geographer"
    }
  ) {
    items { cursor ... on Message { role text } }
    session { messageCount currentAgent }
  }
}
`,
  `# 4. Read it, as people see it
#    and as a model is given it.
#    (UNAUTHENTICATED? Headers below, as in 1.)
query Read {
  session(id: "playground") {
    title
    cursor
    messageCount
    agentsUsed
    messages(last: 50) {
      nodes { role text agent createdAt cursor }
      pageInfo { hasPreviousPage startCursor }
    }
    agentInputs(limit: 10)
  }
}
`,
];
