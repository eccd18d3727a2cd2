/** Files that were sent to the API and wait for a worker to put them where they belong. */
export const uploadsSql = /* sql */ `
create table upload (
  id uuid primary key default gen_random_uuid(),
  user_id integer not null references user_account (id) on delete cascade,
  file_name text not null,
  -- The activity that the file is for; null while it is being sent. What nobody takes over is swept.
  activity_id integer references activity (id) on delete cascade,
  written_at timestamptz not null default clock_timestamp()
);
create index upload_abandoned_idx on upload (written_at) where activity_id is null;
create index upload_activity_id_idx on upload (activity_id);

-- Pieces of at most 1 MiB, each stored in a transaction of its own: no transaction lasts as long as a slow client.
create table upload_chunk (
  upload_id uuid not null references upload (id) on delete cascade,
  position integer not null,
  content bytea not null,
  primary key (upload_id, position)
);
-- Wheels and archives are compressed already.
alter table upload_chunk alter column content set storage external;
`;
