"""A conversation of two turns in which one agent hands over to another. Needs a server, and no SDK, model or key:

    npm start                          # in the folder of agent-sessions
    python3 examples/python/example.py

With the Agents SDK the two runs below are `Runner.run`; see README.md beside this file.
"""

import asyncio
from types import SimpleNamespace

from agent_sessions import AgentSession, AgentSessionsError


def run_agent(history, question):
    """What a run leaves: the history, the question, a hand-off, a tool call with its result, and the answer."""
    new = [
        {"type": "function_call", "call_id": "call_1", "name": "transfer_to_weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": '{"assistant": "weather"}'},
        {"type": "function_call", "call_id": "call_2", "name": "forecast", "arguments": '{"city": "Paris"}'},
        {"type": "function_call_output", "call_id": "call_2", "output": "21 degrees, sunny"},
        {"role": "assistant", "content": "21 degrees and sun. Take your glasses."},
    ]
    items = history + [{"role": "user", "content": question}] + new
    return SimpleNamespace(to_input_list=lambda: items, last_agent=SimpleNamespace(name="weather"))


async def main():
    session = AgentSession.create(user_id="local", title="Weather")
    session.track_agent("triage")

    result = run_agent(session.to_agent_inputs(), "What is the weather in Paris?")
    print("Stored, the hand-off to weather with them:", session.store_agent_result(result))
    print("Stored again:", session.store_agent_result(result))

    # Any process goes on with the conversation by its id; this is what Runner.run(session=...) does with a session.
    later = AgentSession.load(session.conversation_id)
    await later.add_items([{"role": "user", "content": "Thank you!"}])
    await later.add_items([{"role": "assistant", "content": "You are welcome."}])

    for message in later.get_messages():
        print(f"{message['role']:>9}: {message['content']}")
    print("Agents:", ", ".join(later.get_metadata()["agents_used"]))
    print("Items for the next run:", len(await later.get_items()))
    later.delete()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except AgentSessionsError as error:
        raise SystemExit(f"{error}\nIs the server running? Start it with `npm start`.")
