import { apiContract } from './api.ts';

apiContract('the API on SQLite', async () => ({
  env: { STORE_URL: 'sqlite::memory:' },
  close: async () => {},
}));
