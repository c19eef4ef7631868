"""Runs against the server that AGENT_SESSIONS_URL names: python3 -m unittest."""

import asyncio
import http.server
import os
import threading
import unittest
import urllib.request
import uuid
from types import SimpleNamespace

from agent_sessions import AgentSession, AgentSessionsError, Connection

QUESTION = {"role": "user", "content": "What is the weather in Łódź?"}
CALL = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "call_1",
    "name": "weather",
    "arguments": '{"city": "Łódź"}',
    "status": "completed",
}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": "21 °C 😀"}
ANSWER = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "21 degrees.", "annotations": [], "logprobs": []}],
}
TURN = [QUESTION, CALL, RESULT, ANSWER]


def run(coroutine):
    return asyncio.run(coroutine)


def name():
    return f"test-{uuid.uuid4().hex[:12]}"


def said(text, role="user"):
    return {"role": role, "content": text}


class Flaky:
    """A proxy on loopback that passes requests on and keeps some answers back."""

    def __init__(self, lost=0, away=0):
        self.requests = []
        proxy = self
        proxy.lost = lost
        proxy.away = away

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                proxy.requests.append(body)
                if proxy.away > 0:
                    proxy.away -= 1
                    self.send_response(503)
                    self.end_headers()
                    return
                headers = {"content-type": "application/json"}
                request = urllib.request.Request(Connection().url, data=body, headers=headers)
                with urllib.request.urlopen(request) as response:
                    answer = response.read()
                if proxy.lost > 0:
                    # Done, but nobody is told.
                    proxy.lost -= 1
                    self.close_connection = True
                    return
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class SessionProtocol(unittest.TestCase):
    def setUp(self):
        self.session = AgentSession(name(), user_id="ada")

    def test_is_empty_before_the_first_write(self):
        self.assertEqual(run(self.session.get_items()), [])
        self.assertIsNone(run(self.session.pop_item()))
        run(self.session.clear_session())
        with self.assertRaises(AgentSessionsError):
            AgentSession.load(self.session.session_id)

    def test_gives_items_back_as_they_were_written(self):
        run(self.session.add_items(TURN[:2]))
        run(self.session.add_items(TURN[2:]))
        self.assertEqual(run(self.session.get_items()), TURN)
        self.assertEqual(AgentSession.load(self.session.session_id).user_id, "ada")

    def test_gives_the_newest_items_in_order(self):
        run(self.session.add_items(TURN))
        self.assertEqual(run(self.session.get_items(1)), [ANSWER])
        self.assertEqual(run(self.session.get_items(limit=2)), [RESULT, ANSWER])
        self.assertEqual(run(self.session.get_items(99)), TURN)
        self.assertEqual(run(self.session.get_items(0)), [])

    def test_adds_nothing_when_given_nothing(self):
        run(self.session.add_items([]))
        self.assertEqual(run(self.session.get_items()), [])

    def test_splits_what_is_too_much_for_one_write(self):
        items = [said(f"number {n}") for n in range(2500)]
        run(self.session.add_items(items))
        self.assertEqual(run(self.session.get_items()), items)

    def test_pops_the_newest_item(self):
        run(self.session.add_items(TURN))
        self.assertEqual(run(self.session.pop_item()), ANSWER)
        self.assertEqual(run(self.session.pop_item()), RESULT)
        self.assertEqual(run(self.session.get_items()), TURN[:2])

    def test_pops_what_was_written_in_the_other_dialect_as_it_would_be_read(self):
        self.session.add_message("assistant", "Hello")
        read = run(self.session.get_items())
        self.assertEqual(run(self.session.pop_item()), read[0])
        self.assertIsNone(run(self.session.pop_item()))

    def test_clears(self):
        run(self.session.add_items(TURN))
        run(self.session.clear_session())
        self.assertEqual(run(self.session.get_items()), [])
        run(self.session.add_items([QUESTION]))
        self.assertEqual(run(self.session.get_items()), [QUESTION])

    def test_has_what_the_protocol_asks_for(self):
        self.assertIsInstance(self.session.session_id, str)
        self.assertIsNone(self.session.session_settings)
        for method in ("get_items", "add_items", "pop_item", "clear_session"):
            self.assertTrue(asyncio.iscoroutinefunction(getattr(self.session, method)))


class Conversations(unittest.TestCase):
    def test_are_created_loaded_listed_and_deleted(self):
        user = name()
        first = AgentSession.create(user_id=user, title="First", metadata={"plan": "free"})
        second = AgentSession.create(user_id=user, conversation_id=name())
        second.add_message("user", "Hello")
        self.assertRegex(first.conversation_id, "^[0-9a-f]{16}$")
        listed = [session.conversation_id for session in AgentSession.list_conversations(user)]
        self.assertEqual(listed, [second.conversation_id, first.conversation_id])
        self.assertEqual(len(AgentSession.list_conversations(user, limit=1)), 1)
        loaded = AgentSession.load(first.conversation_id, user_id=user)
        metadata = loaded.get_metadata()
        self.assertEqual(metadata["title"], "First")
        self.assertEqual(metadata["metadata"], {"plan": "free"})
        self.assertTrue(loaded.delete())
        self.assertFalse(loaded.delete())
        with self.assertRaises(AgentSessionsError) as caught:
            loaded.add_message("user", "Is anybody there?")
        self.assertEqual(caught.exception.code, "NOT_FOUND")

    def test_of_another_user_are_not_loaded(self):
        session = AgentSession.create(user_id="ada")
        with self.assertRaises(AgentSessionsError) as caught:
            AgentSession.load(session.conversation_id, user_id="grace")
        self.assertEqual(caught.exception.code, "NOT_FOUND")

    def test_are_created_once_for_one_key(self):
        key = name()
        first = AgentSession.create(user_id="ada", idempotency_key=key)
        again = AgentSession.create(user_id="ada", idempotency_key=key)
        self.assertEqual(first.session_id, again.session_id)

    def test_hold_messages(self):
        session = AgentSession.create(user_id="ada")
        session.add_message("user", "Hello", metadata={"channel": "web"}, locale="pl")
        session.add_message("llm", "Hello, Ada")
        session.add_message("system", "Be brief")
        session.store_exchange("Capital of France?", "Paris.", agent_name="geographer")
        self.assertEqual(session.message_count(), 4)
        messages = session.get_messages()
        self.assertEqual([message["content"] for message in messages][:2], ["Hello", "Hello, Ada"])
        self.assertEqual(messages[0]["metadata"], {"channel": "web", "locale": "pl"})
        self.assertEqual(messages[-1], said("Paris.", "assistant"))
        self.assertEqual(session.get_messages(top_k=1), messages[-1:])
        self.assertEqual(session.get_messages(top_k=0), [])
        self.assertEqual([item["role"] for item in session.to_agent_inputs()][2], "system")
        self.assertEqual(len(session.to_agent_inputs(messages_only=True)), 4)
        self.assertEqual(run(session.aget_messages(2)), messages[-2:])

    def test_hold_more_messages_than_a_page(self):
        session = AgentSession.create(user_id="ada")
        run(session.add_items([said(str(n)) for n in range(2100)]))
        texts = [message["content"] for message in session.get_messages()]
        self.assertEqual(texts, [str(n) for n in range(2100)])
        self.assertEqual(len(session.get_messages(top_k=1500)), 1500)

    def test_know_their_agents(self):
        session = AgentSession.create(user_id="ada")
        self.assertIsNone(session.current_agent)
        session.track_agent("triage")
        session.store_exchange("Hello", "Hello", agent_name="billing")
        self.assertEqual(session.current_agent, "billing")
        metadata = session.get_metadata()
        self.assertEqual(metadata["agents_used"], ["triage", "billing"])
        self.assertEqual(metadata["message_count"], 2)
        self.assertEqual(metadata["user_id"], "ada")
        session.clear()
        self.assertIsNone(session.current_agent)
        self.assertEqual(session.message_count(), 0)


class Drafts(unittest.TestCase):
    def setUp(self):
        self.session = AgentSession(name(), user_id="ada")

    def drafts(self):
        return self.session._read("drafts { role agent text reasoning }")["drafts"]

    def test_are_read_while_they_are_written(self):
        with self.session.start_message("assistant") as draft:
            draft.append_reasoning("A greeting")
            for piece in ("Grüße 😀", ", A", "da"):
                draft.append(piece)
            draft.touch()
            written = {"role": "ASSISTANT", "agent": "assistant", "text": "Grüße 😀, Ada"}
            self.assertEqual(self.drafts(), [{**written, "reasoning": "A greeting"}])
            draft.touch()
            draft.append("!")
        self.assertEqual(self.drafts(), [])
        self.assertEqual(self.session.get_messages(), [said("Grüße 😀, Ada!", "assistant")])
        self.assertEqual(self.session.current_agent, "assistant")
        self.assertEqual(len(self.session.to_agent_inputs()), 2)

    def test_are_finished_with_an_item(self):
        draft = self.session.start_message()
        draft.append("21 deg")
        draft.finish(item=ANSWER)
        self.assertEqual(self.session.to_agent_inputs(), [ANSWER])

    def test_keep_what_was_written_when_their_block_fails(self):
        with self.assertRaises(ZeroDivisionError):
            with self.session.start_message() as draft:
                draft.append("Half a thou")
                raise ZeroDivisionError
        self.assertEqual(self.session.get_messages(), [said("Half a thou", "assistant")])
        with self.session.start_message() as draft:
            draft.append("Never mind")
            draft.cancel(keep=False)
        self.assertEqual(self.session.message_count(), 1)

    def test_are_written_once_when_answers_are_lost(self):
        with Flaky() as proxy:
            session = AgentSession.create("ada", url=proxy.url)
            proxy.lost = 1
            draft = session.start_message()
            for piece in ("Hello, ", "Ada"):
                proxy.lost = 1
                draft.append(piece)
                draft.touch()
            proxy.lost = 1
            draft.finish()
        found = AgentSession.load(session.session_id)
        self.assertEqual(found.get_messages(), [said("Hello, Ada", "assistant")])
        self.assertEqual(found._read("drafts { id }")["drafts"], [])


class AgentResults(unittest.TestCase):
    def result(self, items, agent="weather"):
        return SimpleNamespace(to_input_list=lambda: items, last_agent=SimpleNamespace(name=agent))

    def test_are_stored_once(self):
        session = AgentSession.create(user_id="ada")
        stored = session.store_agent_result(self.result(TURN))
        self.assertEqual(stored["skipped"], 0)
        self.assertEqual(session.current_agent, "weather")
        self.assertEqual(session.to_agent_inputs(), TURN)
        again = session.store_agent_result(self.result(TURN))
        self.assertEqual(again, {"added": 0, "skipped": 4})
        self.assertEqual(session.to_agent_inputs(), TURN)

    def test_of_ten_turns_leave_twenty_messages(self):
        session = AgentSession.create(user_id="ada")
        for turn in range(10):
            question = said("yes" if turn in (3, 4) else f"question {turn}")
            answer = said(f"answer {turn}", "assistant")
            inputs = session.to_agent_inputs() + [question]
            run(session.astore_agent_result(self.result(inputs + [answer])))
            self.assertEqual(session.message_count(), 2 * turn + 2)

    def test_may_hold_models_of_pydantic(self):
        session = AgentSession.create(user_id="ada")
        model = SimpleNamespace(model_dump=lambda mode, exclude_unset: ANSWER)
        session.store_agent_result([QUESTION, model])
        self.assertEqual(session.to_agent_inputs(), [QUESTION, ANSWER])


class Errors(unittest.TestCase):
    def code(self, call):
        with self.assertRaises(AgentSessionsError) as caught:
            call()
        return caught.exception

    def test_have_the_code_and_the_details_of_the_server(self):
        session = AgentSession.create(user_id="ada")
        error = self.code(lambda: run(session.add_items([QUESTION, {"no": "item"}])))
        self.assertEqual((error.code, error.retryable), ("BAD_USER_INPUT", False))
        self.assertEqual(error.details["index"], 1)
        self.assertEqual(run(session.get_items()), [])
        conflict = self.code(lambda: AgentSession.create("ada", conversation_id=session.session_id))
        self.assertEqual(conflict.code, "CONFLICT")

    def test_tell_what_is_no_json_before_anything_is_sent(self):
        session = AgentSession("never-made", "ada", url="http://127.0.0.1:1")
        for value in (float("nan"), object()):
            error = self.code(lambda: run(session.add_items([{"type": "x", "value": value}])))
            self.assertEqual(error.code, "BAD_USER_INPUT")
        self.assertEqual(self.code(lambda: session.add_message("tool", "x")).code, "BAD_USER_INPUT")

    def test_say_that_nobody_answers(self):
        connection = Connection("http://127.0.0.1:1", retries=1)
        error = self.code(lambda: AgentSession.create("ada", connection=connection))
        self.assertEqual((error.code, error.retryable), ("NETWORK_ERROR", True))

    def test_say_that_the_url_is_of_another_server(self):
        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            url = f"http://127.0.0.1:{server.server_port}"
            error = self.code(lambda: AgentSession.create("ada", url=url))
            server.shutdown()
            thread.join()
        self.assertEqual((error.code, error.retryable), ("BAD_RESPONSE", False))
        self.assertEqual(error.details["status"], 501)


class Retries(unittest.TestCase):
    def test_write_once_when_the_answer_was_lost(self):
        with Flaky(lost=2) as proxy:
            session = AgentSession(name(), "ada", url=proxy.url)
            session.add_message("user", "yes")
            self.assertGreater(len(proxy.requests), 2)
            proxy.lost = 1
            session.add_message("user", "yes")
        self.assertEqual(AgentSession.load(session.session_id).message_count(), 2)

    def test_wait_for_a_server_that_is_away(self):
        with Flaky(away=2) as proxy:
            session = AgentSession.create("ada", url=proxy.url)
            self.assertEqual(len(proxy.requests), 3)
            self.assertEqual(len(set(proxy.requests)), 1)
            self.assertEqual(session.message_count(), 0)

    def test_end(self):
        with Flaky(away=9) as proxy:
            connection = Connection(proxy.url, retries=2)
            with self.assertRaises(AgentSessionsError) as caught:
                AgentSession.create("ada", connection=connection)
            self.assertEqual(caught.exception.details["status"], 503)
            self.assertEqual(len(proxy.requests), 3)


class Connections(unittest.TestCase):
    def test_find_the_endpoint(self):
        self.assertEqual(Connection("http://localhost:4000").url, "http://localhost:4000/graphql")
        self.assertEqual(Connection("http://localhost:4000/graphql/").url, "http://localhost:4000/graphql")
        self.assertEqual(Connection().url, f"{os.environ['AGENT_SESSIONS_URL']}/graphql")

    def test_ask_for_the_token_before_every_request(self):
        seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                seen.append(self.headers["authorization"])
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"data": {"session": null}}')

            def log_message(self, *_):
                pass

        tokens = iter(["one", "two"])
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            connection = Connection(f"http://127.0.0.1:{server.server_port}", token=lambda: next(tokens))
            session = AgentSession("a", connection=connection)
            session.message_count()
            session.message_count()
            server.shutdown()
            thread.join()
        self.assertEqual(seen, ["Bearer one", "Bearer two"])


if __name__ == "__main__":
    unittest.main()
