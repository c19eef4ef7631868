"""Sessions of an agent-sessions server for Python. One file, only the standard library, Python 3.9 or later.

`AgentSession` is a session of the OpenAI Agents SDK:

    session = AgentSession("conversation-1", user_id="local")
    result = await Runner.run(agent, "Hello", session=session)

and has the methods of the class of the same name in redis-openai-agents:

    session = AgentSession.create(user_id="local")
    result = await Runner.run(agent, session.to_agent_inputs() + [{"role": "user", "content": "Hello"}])
    session.store_agent_result(result)

The session methods of the SDK are coroutines, all others block; `asyncio.to_thread(session.add_message, ...)` calls
those from a coroutine. Items are those of Python's SDK (dialect RESPONSES) and come back as they were written.

Each write is atomic and has an idempotency key that stays the same over its retries, so an answer that was lost on its
way never writes twice.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import random
import time
import urllib.error
import urllib.request
import uuid
from typing import Any, Callable

DEFAULT_URL = "http://localhost:4000/graphql"

# What the server takes in one write, and gives at once.
ITEMS_PER_WRITE = 1_000
MOST_INPUTS = 10_000
MESSAGES_PER_PAGE = 1_000
SESSIONS_PER_PAGE = 100

FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0

# Seconds in which pieces of a message are gathered.
GATHER = 0.05

# Mutations that may be repeated as they are, without a key.
KEYLESS = {"appendToMessage", "cancelMessage"}

# Statuses by which proxies say that the server is away or busy, and will be back.
AWAY = {408, 425, 429, 500, 502, 503, 504}

ROLES = {
    "user": "USER",
    "assistant": "ASSISTANT",
    "llm": "ASSISTANT",
    "system": "SYSTEM",
    "developer": "DEVELOPER",
}


class AgentSessionsError(Exception):
    """The one error of this module. Go by `code`; the message is for people and may change.

    `code` is one of the server (PROTOCOL.md, section 7), or NETWORK_ERROR (no answer; retryable) or BAD_RESPONSE (an
    answer that is no GraphQL: the URL is probably another server's). `retryable` says that the same call may succeed
    later; then it has been retried already. `details` has what the server says besides: `path`, `limit`, `actual`,
    `retryAfterMs`, `index`, `current`.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        retryable: bool = False,
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable
        self.details = details or {}


class Connection:
    """A server, and how it is asked. Sends nothing by itself, and can be shared by sessions and threads.

    `url` is that of the server, with or without /graphql; by default AGENT_SESSIONS_URL of the environment, else
    http://localhost:4000/graphql. `token` is a bearer token, or a function that gives one and is asked before every
    try. `timeout` is in seconds, for one try. `retries` are the tries after the first: 6 take three to six seconds.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        token: str | Callable[[], str] | None = None,
        timeout: float = 30.0,
        retries: int = 6,
    ) -> None:
        given = (url or os.environ.get("AGENT_SESSIONS_URL") or DEFAULT_URL).rstrip("/")
        self.url = given if given.endswith("/graphql") else f"{given}/graphql"
        self._token = token
        self._timeout = timeout
        self._retries = retries

    def execute(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The `data` of one operation, retried while that may help. Raises AgentSessionsError."""
        body = _encoded({"query": query, "variables": variables})
        tries = 0
        while True:
            try:
                return self._try(body)
            except AgentSessionsError as error:
                if not error.retryable or tries >= self._retries:
                    raise
                # Shortened at random, so that clients that were cut off together do not come back together.
                delay = min(FIRST_DELAY * 2**tries, LONGEST_DELAY) * (1 - random.random() / 2)
                time.sleep(max(delay, error.details.get("retryAfterMs", 0) / 1000))
                tries += 1

    def mutate(self, field: str, input_type: str, given: dict[str, Any], selection: str) -> dict[str, Any]:
        """The payload of one mutation; of `given`, what is None is left out."""
        variables = {"input": {name: value for name, value in given.items() if value is not None}}
        if field not in KEYLESS:
            variables["input"].setdefault("idempotencyKey", str(uuid.uuid4()))
        query = f"mutation($input: {input_type}!) {{ {field}(input: $input) {{ {selection} }} }}"
        return self.execute(query, variables)[field]

    def _try(self, body: bytes) -> dict[str, Any]:
        headers = {
            "content-type": "application/json",
            "accept": "application/graphql-response+json, application/json;q=0.9",
        }
        token = self._token() if callable(self._token) else self._token
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")
        try:
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as response:
                    return _data_of(response.status, response.headers, response.read())
            except urllib.error.HTTPError as error:
                # An answer all the same: GraphQL says there what is wrong.
                with error:
                    return _data_of(error.code, error.headers, error.read())
        except (OSError, http.client.HTTPException) as error:
            raise AgentSessionsError(
                "NETWORK_ERROR", f"The server did not answer: {error}", retryable=True
            ) from error


class AgentSession:
    """One conversation.

    The constructor sends nothing: reads find the session empty until the first write makes it, for `user_id`. A session
    of `create` or `load` exists; once it was deleted or has expired, its methods raise NOT_FOUND.

    All methods raise AgentSessionsError.
    """

    # Of the SDK's protocol: SessionSettings(limit=...) makes runs read only the newest items.
    session_settings: Any = None

    def __init__(
        self,
        session_id: str | None = None,
        user_id: str | None = None,
        *,
        connection: Connection | None = None,
        url: str | None = None,
        token: str | Callable[[], str] | None = None,
    ) -> None:
        """`session_id` has 1 to 128 characters of A-Z, a-z, 0-9, _ and -; 16 hex characters by default."""
        self.session_id = session_id or uuid.uuid4().hex[:16]
        self.user_id = user_id
        self._connection = connection or Connection(url, token=token)
        self._makes_itself = True

    @property
    def conversation_id(self) -> str:
        return self.session_id

    # Sessions as a whole

    @classmethod
    def create(
        cls,
        user_id: str | None = None,
        *,
        conversation_id: str | None = None,
        title: str | None = None,
        metadata: dict[str, Any] | None = None,
        expires_after: int | None = None,
        max_items: int | None = None,
        idempotency_key: str | None = None,
        connection: Connection | None = None,
        url: str | None = None,
        token: str | Callable[[], str] | None = None,
    ) -> AgentSession:
        """A new session on the server. `expires_after` is in seconds without a write, `max_items` how many are kept, the
        newest; None is as the server is configured. CONFLICT when the id exists."""
        session = cls(conversation_id, user_id, connection=connection, url=url, token=token)
        payload = session._connection.mutate(
            "createSession",
            "CreateSessionInput",
            {
                "id": conversation_id,
                "userId": user_id,
                "title": title,
                "metadata": metadata,
                "expiresAfter": expires_after,
                "maxItems": max_items,
                "idempotencyKey": idempotency_key,
            },
            "session { id userId }",
        )
        return session._is(payload["session"])

    @classmethod
    def load(
        cls,
        conversation_id: str,
        user_id: str | None = None,
        *,
        connection: Connection | None = None,
        url: str | None = None,
        token: str | Callable[[], str] | None = None,
    ) -> AgentSession:
        """A session that exists, else NOT_FOUND; also when `user_id` is given and it is another user's."""
        session = cls(conversation_id, user_id, connection=connection, url=url, token=token)
        session._makes_itself = False
        found = session._read("id userId")
        if user_id is not None and found["userId"] != user_id:
            raise _not_found()
        return session._is(found)

    @classmethod
    def list_conversations(
        cls,
        user_id: str | None = None,
        *,
        limit: int | None = None,
        connection: Connection | None = None,
        url: str | None = None,
        token: str | Callable[[], str] | None = None,
    ) -> list[AgentSession]:
        """A user's sessions, the most recently active first; the first `limit`, or all."""
        connection = connection or Connection(url, token=token)
        query = """query($userId: ID, $first: Int, $after: String) {
          sessions(userId: $userId, first: $first, after: $after) {
            nodes { id userId } pageInfo { hasNextPage endCursor }
          }
        }"""
        sessions: list[AgentSession] = []
        after = None
        while limit is None or len(sessions) < limit:
            missing = SESSIONS_PER_PAGE if limit is None else limit - len(sessions)
            page = connection.execute(
                query, {"userId": user_id, "first": min(missing, SESSIONS_PER_PAGE), "after": after}
            )["sessions"]
            sessions += [cls(node["id"], connection=connection)._is(node) for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        return sessions

    # The session protocol of the Agents SDK

    async def get_items(self, limit: int | None = None) -> list[dict[str, Any]]:
        """The history as the model shall see it, oldest first; with `limit` the newest so many.

        It begins with the newest compaction. PAYLOAD_TOO_LARGE without `limit` when there are more than 10,000 items.
        """
        return await asyncio.to_thread(self._history, limit)

    async def add_items(self, items: list[dict[str, Any]]) -> None:
        """Appends items, kept as they are. Up to 1,000 are one atomic write; more are split."""
        await asyncio.to_thread(self._append, list(items))

    async def pop_item(self) -> dict[str, Any] | None:
        """Removes and returns the newest item; None when there is none."""
        return await asyncio.to_thread(self._pop)

    async def clear_session(self) -> None:
        """The same as `clear`."""
        await asyncio.to_thread(self.clear)

    # The methods of the class in redis-openai-agents

    def add_message(
        self, role: str, content: str, *, idempotency_key: str | None = None, **metadata: Any
    ) -> None:
        """Adds a message of a user, assistant, system or developer; `metadata` is kept with it.

        A `metadata` argument that is a dictionary is taken for the metadata itself.
        """
        if role not in ROLES:
            raise AgentSessionsError(
                "BAD_USER_INPUT",
                f"role must be one of {', '.join(ROLES)}; what tools answer is written with add_items.",
                details={"path": ["role"]},
            )
        inner = metadata.pop("metadata") if isinstance(metadata.get("metadata"), dict) else {}
        kept = {**inner, **metadata}
        self._write(
            "addMessage",
            {
                "role": ROLES[role],
                "text": content,
                "metadata": kept or None,
                "idempotencyKey": idempotency_key,
            },
            "message { id }",
        )

    def start_message(
        self, agent: str | None = None, *, role: str = "assistant", idempotency_key: str | None = None
    ) -> Draft:
        """Begins a message that others read while it is written. `agent` writes it, and becomes the current one."""
        given = {"role": ROLES[role], "agent": agent, "idempotencyKey": idempotency_key}
        return Draft(self, self._write("startMessage", given, "draft { id }")["draft"]["id"])

    def store_exchange(
        self,
        user_message: str,
        assistant_response: str,
        agent_name: str | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> None:
        """A question and its answer in one atomic write; `agent_name` becomes the current agent."""
        self._write(
            "storeExchange",
            {
                "userMessage": user_message,
                "assistantResponse": assistant_response,
                "agentName": agent_name,
                "idempotencyKey": idempotency_key,
            },
            "session { id }",
        )

    def store_agent_result(
        self,
        result: Any,
        *,
        scope: str = "WHOLE",
        messages_only: bool = False,
        idempotency_key: str | None = None,
    ) -> dict[str, int]:
        """Stores what is new of a run: the SDK's result (a streamed one after its end), or a list of items.

        With scope WHOLE the list repeats what is stored, with NEW it follows it. Storing the same again adds nothing.
        The agent that ran last becomes the current one. With `Runner.run(..., session=session)` there is nothing left
        to store. Returns how many items were `added`, and how many were there already (`skipped`).
        """
        items = result.to_input_list() if hasattr(result, "to_input_list") else list(result)
        agent = getattr(result, "last_agent", None) or getattr(result, "current_agent", None)
        payload = self._write(
            "storeAgentResult",
            {
                "items": items,
                "scope": scope,
                "dialect": "RESPONSES",
                "currentAgent": getattr(agent, "name", None),
                "messagesOnly": messages_only,
                "idempotencyKey": idempotency_key,
            },
            "items { id } skipped",
        )
        return {"added": len(payload["items"]), "skipped": payload["skipped"]}

    def get_messages(self, top_k: int | None = None) -> list[dict[str, Any]]:
        """The newest `top_k` messages of users and assistants, or all, oldest first.

        Each is `{"role", "content"}`, with its `metadata` where it has any.
        """
        fields = "nodes { role text metadata } pageInfo { hasPreviousPage startCursor }"
        messages: list[dict[str, Any]] = []
        before = None
        while top_k is None or len(messages) < top_k:
            missing = MESSAGES_PER_PAGE if top_k is None else top_k - len(messages)
            page = self._read(
                f"messages(last: $last, before: $before) {{ {fields} }}",
                "$last: Int, $before: String",
                {"last": min(missing, MESSAGES_PER_PAGE), "before": before},
            ).get("messages")
            if page is None:
                break
            messages = [_message(node) for node in page["nodes"]] + messages
            if not page["pageInfo"]["hasPreviousPage"]:
                break
            before = page["pageInfo"]["startCursor"]
        return messages

    def to_agent_inputs(
        self, limit: int | None = None, *, messages_only: bool = False
    ) -> list[dict[str, Any]]:
        """The history as input of a run. With `limit` the newest so many, 0 to 10,000, without results whose calls were
        cut off: a model refuses them. `messages_only`: only messages of users and assistants that have text.
        """
        return self._inputs(limit, messages_only)[0]

    def message_count(self) -> int:
        """Messages of users and assistants."""
        return self._read("messageCount").get("messageCount", 0)

    def track_agent(self, agent_name: str, *, idempotency_key: str | None = None) -> None:
        """Makes an agent the current one, with a hand-off in the log; nothing happens when it is already."""
        self._write(
            "trackAgent", {"agentName": agent_name, "idempotencyKey": idempotency_key}, "session { id }"
        )

    @property
    def current_agent(self) -> str | None:
        """Asks the server; None when there is none yet."""
        return self._read("currentAgent").get("currentAgent")

    def get_metadata(self) -> dict[str, Any]:
        """What the server says of the session; `metadata` is what its creator gave it."""
        found = self._read(
            "userId title metadata currentAgent agentsUsed messageCount createdAt updatedAt expiresAt"
        )
        return {
            "user_id": found.get("userId", self.user_id),
            "conversation_id": self.session_id,
            "current_agent": found.get("currentAgent"),
            "agents_used": found.get("agentsUsed", []),
            "message_count": found.get("messageCount", 0),
            "title": found.get("title"),
            "metadata": found.get("metadata", {}),
            "created_at": found.get("createdAt"),
            "updated_at": found.get("updatedAt"),
            "expires_at": found.get("expiresAt"),
        }

    def clear(self) -> None:
        """Empties the history; the session, its owner, title and metadata stay, agents are forgotten."""
        self._change("clearSession", "session { id }")

    def delete(self) -> bool:
        """Removes the session and all that belongs to it; False when there was nothing to remove."""
        return self._change("deleteSession", "deleted").get("deleted", False)

    async def aadd_message(self, role: str, content: str, **metadata: Any) -> None:
        await asyncio.to_thread(self.add_message, role, content, **metadata)

    async def aget_messages(self, top_k: int | None = None) -> list[dict[str, Any]]:
        return await asyncio.to_thread(self.get_messages, top_k)

    async def astore_agent_result(self, result: Any, **options: Any) -> dict[str, int]:
        return await asyncio.to_thread(self.store_agent_result, result, **options)

    # How it is done

    def _is(self, found: dict[str, Any]) -> AgentSession:
        self.session_id = found["id"]
        self.user_id = found["userId"]
        self._makes_itself = False
        return self

    def _read(
        self, selection: str, parameters: str = "", variables: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Fields of the session; an empty dictionary when it has not been made yet."""
        query = f"query($id: ID!, {parameters}) {{ session(id: $id) {{ {selection} }} }}"
        found = self._connection.execute(query, {"id": self.session_id, **(variables or {})})["session"]
        if found is None and not self._makes_itself:
            raise _not_found()
        return found or {}

    def _write(self, field: str, given: dict[str, Any], selection: str) -> dict[str, Any]:
        """A mutation that adds to this session, and makes the session first where it must."""
        # Chosen here, so that it is the same before and after the session was made.
        key = given.get("idempotencyKey") or str(uuid.uuid4())
        full = {**given, "sessionId": self.session_id, "idempotencyKey": key}
        input_type = f"{field[0].upper()}{field[1:]}Input"
        try:
            return self._connection.mutate(field, input_type, full, selection)
        except AgentSessionsError as error:
            if error.code != "NOT_FOUND" or not self._makes_itself:
                raise
        self._connection.mutate(
            "createSession",
            "CreateSessionInput",
            {"id": self.session_id, "userId": self.user_id, "ifExists": "RETURN"},
            "session { id }",
        )
        return self._connection.mutate(field, input_type, full, selection)

    def _change(self, field: str, selection: str) -> dict[str, Any]:
        """A mutation that takes from this session; an empty dictionary when it has not been made yet."""
        try:
            return self._connection.mutate(field, "SessionRefInput", {"id": self.session_id}, selection)
        except AgentSessionsError as error:
            if error.code != "NOT_FOUND" or not self._makes_itself:
                raise
            return {}

    def _inputs(self, limit: int | None, messages_only: bool = False) -> tuple[list[dict[str, Any]], int]:
        found = self._read(
            "itemCount agentInputs(limit: $limit, dialect: RESPONSES, messagesOnly: $messagesOnly)",
            "$limit: Int, $messagesOnly: Boolean",
            {"limit": limit, "messagesOnly": messages_only},
        )
        return found.get("agentInputs", []), found.get("itemCount", 0)

    def _history(self, limit: int | None) -> list[dict[str, Any]]:
        if limit is None:
            return self._inputs(None)[0]
        if limit <= 0:
            return []
        if limit > MOST_INPUTS:
            return self._inputs(None)[0][-limit:]
        items, count = self._inputs(limit)
        # The server leaves out results whose calls were cut off; a session of the SDK gives exactly the newest.
        if len(items) == limit or count <= limit:
            return items
        try:
            return self._inputs(None)[0][-limit:]
        except AgentSessionsError as error:
            if error.code != "PAYLOAD_TOO_LARGE":
                raise
            return items

    def _append(self, items: list[dict[str, Any]]) -> None:
        for start in range(0, len(items), ITEMS_PER_WRITE):
            part = items[start : start + ITEMS_PER_WRITE]
            self._write("addItems", {"items": part, "dialect": "RESPONSES"}, "session { id }")

    def _pop(self) -> dict[str, Any] | None:
        # What was written in JavaScript is converted by reading it; the pop itself gives it as it was written.
        newest = self._read("items(last: 10) { nodes { id } } agentInputs(limit: 1, dialect: RESPONSES)")
        item = self._change("popItem", "item { id raw dialect }").get("item")
        if item is None:
            return None
        seen = [node["id"] for node in newest.get("items", {}).get("nodes", [])]
        if item["dialect"] != "RESPONSES" and item["id"] in seen and newest["agentInputs"]:
            return newest["agentInputs"][0]
        return item["raw"]


class Draft:
    """A message that others read while it is written; `AgentSession.start_message` begins it.

        with session.start_message("assistant") as draft:
            for piece in model:
                draft.append(piece)

    The end of the block finishes it; an exception that leaves the block keeps what was written as an interrupted
    message. So does the server when it hears nothing for 60 seconds: `touch` at least that often while a model thinks.
    """

    def __init__(self, session: AgentSession, draft_id: str) -> None:
        self.draft_id = draft_id
        self._session = session
        self._texts = {"TEXT": "", "REASONING": ""}
        # How many characters of each are on the server.
        self._sent = {"TEXT": 0, "REASONING": 0}
        self._next_send = 0.0
        self._finish_key = str(uuid.uuid4())
        self._over = False

    def append(self, text: str) -> None:
        """Goes on with the text. Blocks while it sends, which it does at most every 50 ms."""
        self._add("TEXT", text)

    def append_reasoning(self, text: str) -> None:
        """Goes on with what the model thinks; it becomes an item of its own before the message."""
        self._add("REASONING", text)

    def touch(self) -> None:
        """Sends what waits, or says that somebody is still there."""
        for channel, sent in self._sent.items():
            if sent == len(self._texts[channel]) > 0:
                self._sent[channel] = sent - 1
        self._send()

    def finish(self, text: str | None = None, *, item: dict[str, Any] | None = None) -> None:
        """Makes a message of what was appended, or of `text`, or of `item` (RESPONSES). May be called again if it raises."""
        if text is None and item is None:
            self._send()
            text = self._texts["TEXT"]
        given = {"text": text, "item": item, "idempotencyKey": self._finish_key}
        self._mutate("finishMessage", {**given, "dialect": "RESPONSES"}, "message { id }")
        self._over = True

    def cancel(self, *, keep: bool = True) -> None:
        """Keeps what was written as an interrupted message, or drops it."""
        if keep:
            self._send()
        self._mutate("cancelMessage", {"keep": keep}, "message { id }")
        self._over = True

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        if self._over:
            return
        if kind is None:
            return self.finish()
        try:
            self.cancel()
        except AgentSessionsError:
            # What left the block says more. The server ends the message when it hears nothing more.
            pass

    def _add(self, channel: str, text: str) -> None:
        self._texts[channel] += text
        if time.monotonic() >= self._next_send:
            self._send()

    def _send(self) -> None:
        for channel, text in self._texts.items():
            while self._sent[channel] < len(text):
                sent = self._sent[channel]
                # Offsets count UTF-16 units.
                offset = len(text[:sent].encode("utf-16-le")) // 2
                try:
                    piece = {"channel": channel, "offset": offset, "text": text[sent:]}
                    self._mutate("appendToMessage", piece, "draft { id }")
                    self._sent[channel] = len(text)
                except AgentSessionsError as error:
                    current = error.details.get("current")
                    if error.code != "CONFLICT" or not isinstance(current, int) or current >= offset:
                        raise
                    # The store has lost the end of what it had: it is sent again.
                    self._sent[channel] = len(text.encode("utf-16-le")[: 2 * current].decode("utf-16-le"))
        self._next_send = time.monotonic() + GATHER

    def _mutate(self, field: str, given: dict[str, Any], selection: str) -> dict[str, Any]:
        full = {"sessionId": self._session.session_id, "draftId": self.draft_id, **given}
        input_type = f"{field[0].upper()}{field[1:]}Input"
        return self._session._connection.mutate(field, input_type, full, selection)


def _not_found() -> AgentSessionsError:
    return AgentSessionsError("NOT_FOUND", "There is no such session.")


def _message(node: dict[str, Any]) -> dict[str, Any]:
    message = {"role": node["role"].lower(), "content": node["text"]}
    return {**message, "metadata": node["metadata"]} if node["metadata"] else message


def _encoded(value: Any) -> bytes:
    try:
        return json.dumps(value, allow_nan=False, default=_plain).encode()
    except (TypeError, ValueError) as error:
        raise AgentSessionsError("BAD_USER_INPUT", f"An argument is no JSON: {error}") from error


def _plain(value: Any) -> Any:
    """Models of Pydantic, which results may hold, as the dictionaries that they stand for."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_unset=True)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _data_of(status: int, headers: Any, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        # No JSON is no GraphQL, as is said below with the status.
        answer = None
    if isinstance(answer, dict):
        errors = answer.get("errors")
        if isinstance(errors, list) and errors and isinstance(errors[0].get("extensions"), dict):
            details = dict(errors[0]["extensions"])
            code = details.pop("code", "BAD_RESPONSE")
            retryable = details.pop("retryable", False)
            raise AgentSessionsError(
                code, errors[0].get("message", ""), retryable=retryable, details=details
            )
        if not errors and isinstance(answer.get("data"), dict):
            return answer["data"]
    details = {"status": status}
    wait = headers.get("retry-after") or ""
    if wait.isdigit():
        details["retryAfterMs"] = int(wait) * 1000
    if status in AWAY:
        raise AgentSessionsError(
            "NETWORK_ERROR", f"The server is away: HTTP {status}.", retryable=True, details=details
        )
    raise AgentSessionsError(
        "BAD_RESPONSE", f"HTTP {status}, and no GraphQL of agent-sessions: is the URL right?", details=details
    )
