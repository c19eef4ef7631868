export const TITLE = 'A weekend in Trieste';

export const QUESTION =
  'I have two days in Trieste next weekend and come from Vienna. Train or bus, and what should I see?';

export const TRIAGE_ANSWER =
  'That is one for our **travel guide**, who can look up trains and the weather. One moment.';

export const GUIDE_THOUGHT =
  'They come from Vienna and have two days. First the connections, then whether it rains: the Rilke path is no place to be in the bora.';

export const TRAINS_CALL = {
  type: 'function_call',
  callId: 'call_trains',
  name: 'find_connections',
  status: 'completed',
  arguments: JSON.stringify({
    from: 'Wien Hbf',
    to: 'Trieste Centrale',
    day: 'Saturday',
    modes: ['train', 'bus'],
  }),
};

export const TRAINS_RESULT = {
  type: 'function_call_result',
  callId: 'call_trains',
  name: 'find_connections',
  status: 'completed',
  output: {
    type: 'text',
    text: JSON.stringify({
      train: { departs: '06:25', arrives: '15:48', changes: 1, price: '€ 49.90' },
      bus: { departs: '07:00', arrives: '14:10', changes: 0, price: '€ 39.00' },
    }),
  },
};

export const FORECAST_CALL = {
  type: 'function_call',
  callId: 'call_forecast',
  name: 'weather_forecast',
  status: 'completed',
  arguments: JSON.stringify({ city: 'Trieste', days: 2 }),
};

export const FORECAST_RESULT = {
  type: 'function_call_result',
  callId: 'call_forecast',
  name: 'weather_forecast',
  status: 'completed',
  output: {
    type: 'text',
    text: JSON.stringify({ saturday: 'sunny, 17 °C', sunday: 'bora, gusts of 90 km/h' }),
  },
};

export const WEATHER_THOUGHT = 'Sun on Saturday, bora on Sunday: outdoors first, cafés after.';

export const GUIDE_ANSWER = `Take the **bus**: it is quicker, cheaper, and you need not change.

| | Leaves | Arrives | Price |
|---|---|---|---|
| Bus | 07:00 | 14:10 | € 39.00 |
| Train | 06:25 | 15:48 | € 49.90 |

**Saturday**, in the sun: the Rilke path above the sea, then *Miramare* before it closes.

**Sunday** the bora blows, so stay where coffee is:

1. Caffè San Marco, for the books
2. the Revoltella museum
3. Piazza Unità, holding on to something

\`\`\`sh
trip --from Wien --to Trieste --by bus --book
\`\`\`
`;
