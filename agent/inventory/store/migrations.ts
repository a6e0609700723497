/**
 * The schema as steps forward. Append, never edit a released step: a file knows by `user_version` how many it has seen.
 *
 * Names that repeat a million times (addresses, outcomes, exchanges, conclusions) stand once and are meant by number.
 */
export const MIGRATIONS: readonly string[] = [
  `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE scans (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'interrupted', 'incomplete')),
  merged_at TEXT,
  targets TEXT NOT NULL,
  probes TEXT NOT NULL,
  policies TEXT NOT NULL,
  version TEXT NOT NULL,
  data_version TEXT NOT NULL,
  data_hash TEXT NOT NULL,
  summary TEXT NOT NULL DEFAULT '{}',
  recordings INTEGER NOT NULL DEFAULT 0,
  owner TEXT,
  heartbeat_at TEXT
) STRICT;
CREATE INDEX scans_site ON scans (site, id);

CREATE TABLE addresses (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  base INTEGER,
  uses INTEGER NOT NULL
) STRICT;
CREATE TABLE exchange_contents (id INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;

CREATE TABLE recordings (
  scan_id INTEGER NOT NULL,
  address_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at_ms INTEGER,
  likeness INTEGER NOT NULL,
  mac INTEGER,
  exchange_id INTEGER NOT NULL,
  PRIMARY KEY (scan_id, address_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage_ranges (
  scan_id INTEGER NOT NULL,
  first TEXT NOT NULL,
  last TEXT NOT NULL,
  state TEXT NOT NULL,
  PRIMARY KEY (scan_id, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome_sets (id INTEGER PRIMARY KEY, outcomes TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE states (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, content BLOB NOT NULL) STRICT;

CREATE TABLE hosts (
  scan_id INTEGER NOT NULL,
  address_id INTEGER NOT NULL,
  outcomes_id INTEGER,
  device_id INTEGER,
  state_id INTEGER,
  first_ms INTEGER,
  last_ms INTEGER,
  PRIMARY KEY (scan_id, address_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hosts_device ON hosts (device_id, scan_id) WHERE device_id IS NOT NULL;

CREATE TABLE devices (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  merged_into INTEGER,
  site TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('present', 'missing', 'gone')),
  missed INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  last_scan INTEGER NOT NULL,
  addresses TEXT NOT NULL,
  address_key TEXT NOT NULL,
  state_id INTEGER NOT NULL,
  maker TEXT, brand TEXT, owner TEXT, model TEXT, firmware TEXT, serial TEXT, mac TEXT,
  device_type TEXT, surveillance INTEGER, certainty TEXT, summary TEXT NOT NULL
) STRICT;
CREATE INDEX devices_key ON devices (key);
CREATE INDEX devices_merged ON devices (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX devices_place ON devices (site, address_key) WHERE merged_into IS NULL;

CREATE TABLE device_keys (key TEXT NOT NULL, device_id INTEGER NOT NULL, since TEXT NOT NULL, PRIMARY KEY (key, device_id)) STRICT, WITHOUT ROWID;

CREATE TABLE identifiers (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  device_id INTEGER NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  PRIMARY KEY (kind, value, device_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifiers_device ON identifiers (device_id);

CREATE TABLE shared_identifiers (
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  since TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE verdicts (
  device_id INTEGER NOT NULL,
  policy TEXT NOT NULL,
  verdict TEXT NOT NULL,
  certainty TEXT,
  basis TEXT NOT NULL,
  since TEXT NOT NULL,
  scan_id INTEGER,
  PRIMARY KEY (device_id, policy)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdicts_policy ON verdicts (policy, verdict, device_id);

CREATE TABLE verdict_counts (
  scan_id INTEGER NOT NULL,
  policy TEXT NOT NULL,
  verdict TEXT NOT NULL,
  status TEXT NOT NULL,
  surveillance INTEGER NOT NULL,
  devices INTEGER NOT NULL,
  PRIMARY KEY (scan_id, policy, verdict, status, surveillance)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  scan_id INTEGER,
  device_id INTEGER NOT NULL,
  site TEXT NOT NULL,
  kind TEXT NOT NULL,
  cause TEXT NOT NULL,
  topic TEXT NOT NULL DEFAULT '',
  before TEXT,
  after TEXT
) STRICT;
CREATE UNIQUE INDEX events_once ON events (scan_id, device_id, kind, topic) WHERE cause = 'network';
CREATE INDEX events_device ON events (device_id);
CREATE INDEX events_at ON events (at);

CREATE TABLE merges (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  scan_id INTEGER,
  from_id INTEGER NOT NULL,
  into_id INTEGER NOT NULL,
  from_key TEXT NOT NULL,
  into_key TEXT NOT NULL,
  reason TEXT NOT NULL,
  kind TEXT,
  value TEXT,
  made_by TEXT NOT NULL,
  undone_at TEXT,
  undone_by TEXT,
  undone_reason TEXT
) STRICT;
CREATE INDEX merges_from ON merges (from_id);
CREATE INDEX merges_into ON merges (into_id);
CREATE INDEX merges_identifier ON merges (kind, value);

CREATE TABLE apart (
  a INTEGER NOT NULL,
  b INTEGER NOT NULL,
  at TEXT NOT NULL,
  made_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE annotations (
  id INTEGER PRIMARY KEY,
  device_id INTEGER NOT NULL,
  at TEXT NOT NULL,
  made_by TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;
CREATE INDEX annotations_device ON annotations (device_id, field);
`,
  `
CREATE TABLE deliveries (
  target TEXT NOT NULL,
  device_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  since TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'delivered', 'retry', 'dead', 'conflict')),
  hash TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  next_at TEXT,
  words TEXT,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (target, device_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX deliveries_key ON deliveries (target, key);
CREATE INDEX deliveries_state ON deliveries (target, state);

CREATE INDEX device_keys_device ON device_keys (device_id);

CREATE TABLE event_cursors (target TEXT PRIMARY KEY, event_id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE dead_events (
  target TEXT NOT NULL,
  event_id INTEGER NOT NULL,
  at TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (target, event_id)
) STRICT, WITHOUT ROWID;
`,
  `
CREATE TABLE scan_progress (scan_id INTEGER PRIMARY KEY, notes TEXT NOT NULL) STRICT;
`,
];
