export { aPerson, aResource, aUserGroup, type Person } from './people.js';
export { createTestDatabase, type TestDatabase } from './test-database.js';
export { startTestRedis } from './test-redis.js';
export { waitFor } from './wait-for.js';
