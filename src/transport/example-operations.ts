/** What GraphiQL opens with, a tab each: make a conversation, follow it, write to it, read it. */
export const EXAMPLE_OPERATIONS: readonly string[] = [
  `# 1. Make a conversation. Press the arrow, or Ctrl-Enter.
mutation CreateSession {
  createSession(input: { id: "first", title: "My first conversation", ifExists: RETURN }) {
    session { id userId title cursor }
  }
}
`,
  `# 2. Follow it from its beginning. Let this run, and go to the next tab.
#    Any cursor that you see is a good "after".
subscription Follow {
  sessionEvents(sessionId: "first", after: "0") {
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
  `# 3. Write to it: what is written here arrives in the tab before.
mutation StoreExchange {
  storeExchange(
    input: {
      sessionId: "first"
      userMessage: "What is the capital of France?"
      assistantResponse: "Paris."
      agentName: "geographer"
    }
  ) {
    items { id cursor ... on Message { role text } }
    session { messageCount currentAgent }
  }
}
`,
  `# 4. Read it, as people see it and as a model is given it.
query Read {
  session(id: "first") {
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
