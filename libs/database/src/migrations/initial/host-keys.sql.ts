/** The SSH servers that workers have seen. */
export const hostKeysSql = /* sql */ `
-- The key by which a host identified itself the first time; all workers of the instance expect it from then on.
create table ssh_host_key (
  host text not null,
  port integer not null,
  key_type text not null,
  key text not null,
  first_seen_at timestamptz not null default clock_timestamp(),
  primary key (host, port)
);
`;
