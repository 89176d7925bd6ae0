-- ## breaks: an index that may be there
create index concurrently visits_pet on visits (pet);
-- ## breaks: an index that nobody could find again
create index concurrently on visits (pet);
-- ## breaks: an index that may be gone
drop index concurrently visits_pet;
-- ## breaks: a value that may be there
alter type mood add value 'happy';
-- ## fine: an index that may be there
create index concurrently if not exists visits_pet on visits (pet);
-- ## fine: a value that may be there
alter type mood add value if not exists 'happy';
