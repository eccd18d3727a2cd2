export { aPerson, aResource, aSubmittedJob, aUserGroup, type Person } from './people.js';
export { createTestDatabase, type TestDatabase } from './test-database.js';
export { startTestRedis } from './test-redis.js';
export { writeWheel } from './wheel.js';
export { waitFor } from './wait-for.js';
