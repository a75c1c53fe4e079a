-- The state of winnow: what is known of every artifact of one mirror, and what
-- the mirror's index pages say. Written by `winnow scan` and `winnow sweep` only; anyone may read it,
-- also while a scan runs. Start with the views at the end: they show words instead of numbers.
--
-- application_id and user_version (the version of this schema) are set by the program that runs this
-- file. All text is UTF-8 except paths and file names, which are the bytes of the file system, and
-- what archives make of entry points and details of anomalies.
--
-- Two kinds of rows lie side by side on disk because of how their ids are made, which lets a report
-- read 20 million artifacts in order without sorting them first:
--     artifact.id   = project.id * 2^31 + 31 bits of path_hash (or the next free number)
--     index_file.id = page.id    * 2^31 + n

-- Small named values: the mirror, seeds of the hashes, counts of the last scan.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- path_hash is seeded with a secret of this file, so that nobody can prepare paths that collide.
INSERT INTO meta VALUES ('path_seed', lower(hex(randomblob(8))));

-- Projects by their PEP 503-normalised name; '' for artifacts whose file name does not tell.
CREATE TABLE project (
    id   INTEGER NOT NULL PRIMARY KEY,
    name TEXT    NOT NULL UNIQUE
) STRICT;

INSERT INTO project VALUES (1, '');

-- One file of a release. Its path is folder || filename and occurs once.
CREATE TABLE artifact (
    id                  INTEGER NOT NULL PRIMARY KEY,
    vanished            INTEGER NOT NULL CHECK (vanished IN (0, 1)), -- not in the mirror any more
    folder              TEXT    NOT NULL, -- relative to the mirror's root; '' or ends in '/'
    filename            TEXT    NOT NULL,
    version             TEXT    NOT NULL, -- as in the file name
    format              INTEGER NOT NULL CHECK (format BETWEEN 0 AND 3),
    size_bytes          INTEGER NOT NULL,
    mtime_ns            INTEGER NOT NULL, -- nanoseconds since 1970-01-01T00:00:00Z
    status              INTEGER NOT NULL CHECK (status BETWEEN 0 AND 6),
    status_detail       TEXT    NOT NULL,
    member_count        INTEGER NOT NULL,
    python_file_count   INTEGER NOT NULL,
    python_bytes        INTEGER NOT NULL,
    native_file_count   INTEGER NOT NULL,
    has_metadata        INTEGER NOT NULL CHECK (has_metadata IN (0, 1)),
    metadata_version    TEXT    NOT NULL,
    name                TEXT    NOT NULL, -- as the metadata writes it
    declared_version    TEXT,             -- of the metadata; NULL: the same as in the file name
    summary             TEXT    NOT NULL,
    author              TEXT    NOT NULL,
    home_page           TEXT    NOT NULL,
    repository          TEXT    NOT NULL, -- home or source page, normalised: host/path; '': none
    author_emails       TEXT,             -- JSON array, in order of appearance; NULL: none
    maintainer_emails   TEXT,             -- the same
    requires_dist_count INTEGER NOT NULL,
    requires_projects   TEXT,             -- JSON array of normalised names; NULL: none
    top_level           TEXT,             -- JSON array of importable names; NULL: none
    payload_kind        INTEGER NOT NULL CHECK (payload_kind BETWEEN 0 AND 8),
    payload_signature   BLOB,             -- 16 bytes; NULL: unknown
    metadata_signature  BLOB,
    field_marks         BLOB,             -- tells which metadata fields differ between artifacts of
                                          -- one release; NULL: nothing to compare
    entry_points        TEXT,             -- JSON array, in order of appearance, of arrays of group,
                                          -- name, object reference, extras, source; NULL: none
    anomalies           TEXT              -- JSON array of arrays of code and detail; what the index
                                          -- tells (not-in-index, size-mismatch), and artifacts of one
                                          -- release of each other (metadata-mismatch,
                                          -- commands-differ), is added by reports; NULL: none
) STRICT;

-- Finds an artifact by its path; holds all that the start and the end of a scan ask of every artifact.
-- A table, and no index of SQLite, so that it can be written sorted, many artifacts at a time.
CREATE TABLE artifact_by_path (
    path_hash INTEGER NOT NULL PRIMARY KEY,
    artifact  INTEGER NOT NULL,
    key       INTEGER NOT NULL, -- hash of (path, size, mtime): changed files have another
    vanished  INTEGER NOT NULL CHECK (vanished IN (0, 1)) -- as in artifact
) STRICT;

-- What tells how much two payloads or two metadata resemble each other: hashes of their shingles, of
-- which the smallest are kept; all of them when they are fewer than 128 (payload) or 64 (metadata).
-- A signature has one sketch, however many artifacts have it, and seldom more than one in a scan;
-- those of what is gone may stay. There is no index: packs are added at the end, and read all at once.
CREATE TABLE sketch_pack (
    id       INTEGER NOT NULL PRIMARY KEY,
    sketches BLOB    NOT NULL -- one after the other, as store_sketches.c tells
) STRICT;

-- Index pages: simple index JSON (which names files) and project JSON (which names owners).
CREATE TABLE page (
    id          INTEGER NOT NULL PRIMARY KEY,
    path        TEXT    NOT NULL UNIQUE,
    key         INTEGER NOT NULL, -- as artifact_by_path.key
    complete    INTEGER NOT NULL CHECK (complete IN (0, 1)), -- 0: its reading was broken off, but
                                                             -- what was read before that counts
    met         INTEGER NOT NULL CHECK (met IN (0, 1)), -- begun since the last complete scan
    names_files INTEGER NOT NULL CHECK (names_files IN (0, 1)),
    project     INTEGER           -- whose files it names; NULL: it names owners
) STRICT;

CREATE INDEX page_by_project ON page (project) WHERE project IS NOT NULL;

-- A file that a page names, one of the page's project.
CREATE TABLE index_file (
    id          INTEGER NOT NULL PRIMARY KEY,
    path_hash   INTEGER,          -- NULL like folder
    folder      TEXT,             -- as artifact.folder; NULL: the url points outside of the mirror
    filename    TEXT    NOT NULL,
    uploaded_at INTEGER,          -- microseconds since 1970-01-01T00:00:00Z; NULL: not stated
    size_bytes  INTEGER,          -- NULL: not stated
    sha256      BLOB,             -- NULL: not stated
    yanked      INTEGER NOT NULL CHECK (yanked IN (0, 1)),
    on_disk     INTEGER NOT NULL CHECK (on_disk IN (0, 1)) -- when the page was read; 0 without folder
) STRICT;

CREATE INDEX index_file_by_path ON index_file (path_hash) WHERE path_hash IS NOT NULL;

-- Accounts that own a project, from project JSON.
CREATE TABLE owner (
    page    INTEGER NOT NULL,
    project INTEGER NOT NULL,
    user    TEXT    NOT NULL,
    PRIMARY KEY (page, project, user)
) STRICT, WITHOUT ROWID;

-- --- for people -----------------------------------------------------------------------------------

CREATE VIEW artifacts AS
SELECT a.id,
       p.name AS project,
       a.version,
       a.filename,
       a.folder || a.filename AS path,
       CASE a.format WHEN 0 THEN 'other' WHEN 1 THEN 'wheel' WHEN 2 THEN 'sdist' WHEN 3 THEN 'egg' END
           AS format,
       a.size_bytes,
       strftime('%Y-%m-%dT%H:%M:%SZ', a.mtime_ns / 1000000000, 'unixepoch') AS modified_at,
       a.vanished,
       CASE a.status WHEN 0 THEN 'ok' WHEN 1 THEN 'damaged' WHEN 2 THEN 'unsupported'
                     WHEN 3 THEN 'over_limit' WHEN 4 THEN 'timeout' WHEN 5 THEN 'crashed'
                     WHEN 6 THEN 'unreadable' END AS status,
       a.status_detail,
       a.metadata_version,
       a.name,
       coalesce(a.declared_version, a.version) AS declared_version,
       a.summary,
       a.author,
       coalesce(a.author_emails, '[]') AS author_emails,
       coalesce(a.maintainer_emails, '[]') AS maintainer_emails,
       a.home_page,
       a.repository,
       a.requires_dist_count,
       coalesce(a.requires_projects, '[]') AS requires_projects,
       coalesce(a.top_level, '[]') AS top_level,
       (SELECT count(*) FROM json_each(a.entry_points)) AS entry_point_count,
       (SELECT count(*) FROM json_each(a.anomalies)) AS anomaly_count,
       a.member_count,
       a.python_file_count,
       a.python_bytes,
       a.native_file_count,
       CASE a.payload_kind WHEN 0 THEN '' WHEN 1 THEN 'none' WHEN 2 THEN 'blank'
                           WHEN 3 THEN 'constant' WHEN 4 THEN 'stub' WHEN 5 THEN 'metapackage'
                           WHEN 6 THEN 'data' WHEN 7 THEN 'native' WHEN 8 THEN 'code' END
           AS payload_kind,
       lower(hex(a.payload_signature)) AS payload_signature,
       lower(hex(a.metadata_signature)) AS metadata_signature
FROM artifact a JOIN project p ON p.id = a.id >> 31;

-- Which project offers a command? SELECT DISTINCT project FROM entry_points WHERE name = 'black';
CREATE VIEW entry_points AS
SELECT p.name AS project,
       a.version,
       a.filename,
       (SELECT value FROM json_each(j.value) WHERE key = 0) AS entry_group,
       (SELECT value FROM json_each(j.value) WHERE key = 1) AS name,
       (SELECT value FROM json_each(j.value) WHERE key = 2) AS object_reference,
       (SELECT value FROM json_each(j.value) WHERE key = 3) AS extras,
       (SELECT value FROM json_each(j.value) WHERE key = 4) AS source,
       a.vanished
FROM artifact a JOIN project p ON p.id = a.id >> 31, json_each(a.entry_points) j
WHERE a.entry_points IS NOT NULL;

CREATE VIEW anomalies AS
SELECT p.name AS project,
       a.version,
       a.filename,
       (SELECT value FROM json_each(j.value) WHERE key = 0) AS code,
       (SELECT value FROM json_each(j.value) WHERE key = 1) AS detail,
       a.vanished
FROM artifact a JOIN project p ON p.id = a.id >> 31, json_each(a.anomalies) j
WHERE a.anomalies IS NOT NULL;

CREATE VIEW addresses AS
SELECT p.name AS project, a.version, a.filename, 'author' AS kind, j.value AS address, a.vanished
FROM artifact a JOIN project p ON p.id = a.id >> 31, json_each(a.author_emails) j
UNION ALL
SELECT p.name, a.version, a.filename, 'maintainer', j.value, a.vanished
FROM artifact a JOIN project p ON p.id = a.id >> 31, json_each(a.maintainer_emails) j;

CREATE VIEW requirements AS
SELECT p.name AS project, a.version, a.filename, j.value AS required_project, a.vanished
FROM artifact a JOIN project p ON p.id = a.id >> 31, json_each(a.requires_projects) j;

CREATE VIEW index_files AS
SELECT p.name AS project,
       i.filename,
       i.folder || i.filename AS path,
       strftime('%Y-%m-%dT%H:%M:%SZ', i.uploaded_at / 1000000, 'unixepoch') AS uploaded_at,
       i.size_bytes,
       lower(hex(i.sha256)) AS sha256,
       i.yanked,
       i.on_disk,
       g.path AS page
FROM index_file i
JOIN page g ON g.id = i.id >> 31
JOIN project p ON p.id = g.project;

CREATE VIEW owners AS
SELECT DISTINCT p.name AS project, o.user
FROM owner o JOIN project p ON p.id = o.project;
