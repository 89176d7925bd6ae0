-- ## breaks: with another statement
alter table visits add column visited_on date;
create index concurrently if not exists visits_on on visits (visited_on);
-- ## breaks: a vacuum behind a comment's statement
comment on table visits is 'create index concurrently';
vacuum visits;
-- ## fine: two of a kind
create index concurrently if not exists visits_on on visits (visited_on);
create index concurrently if not exists visits_pet on visits (pet);
