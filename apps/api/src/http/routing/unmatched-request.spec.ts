import { describe, expect, it } from 'vitest';
import { RouteTable } from './route-table.js';
import { answerUnmatched } from './unmatched-request.js';

function table(): RouteTable {
  const routes = new RouteTable();
  routes.add('GET', '/auth/group/');
  routes.add('POST', '/auth/group/');
  routes.add('GET', '/auth/group/:group_id/');
  routes.add('GET', '/docs');
  return routes;
}

describe('a request without a route', () => {
  it.each([
    ['/auth/group?x=%2B', '/auth/group/?x=%2B'],
    ['/auth/group/7', '/auth/group/7/'],
    ['/auth/gr%6Fup', '/auth/gr%6Fup/'],
    ['/docs/', '/docs'],
  ])('is sent from %s to %s', (url, target) => {
    expect(answerUnmatched(url, table())).toEqual({ status: 307, target });
  });

  it('is told the methods of a path that has others', () => {
    expect(answerUnmatched('/auth/group/', table())).toEqual({ status: 405, allow: 'GET, POST' });
  });

  it.each(['/', '/auth/', '/auth//group/', '/auth/group//', '/AUTH/group/', '/auth/group/7/8', '/%zz/'])('finds nothing at %s', (url) => {
    expect(answerUnmatched(url, table())).toEqual({ status: 404 });
  });
});
