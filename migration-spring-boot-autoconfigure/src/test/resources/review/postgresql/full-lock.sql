-- ## breaks: a vacuum that rewrites
vacuum (full) visits;
-- ## breaks: a cluster
cluster visits using visits_pkey;
-- ## breaks: a lock
lock table visits in access exclusive mode;
-- ## breaks: another place
alter table visits set tablespace fast;
-- ## breaks: a view that is filled again
refresh materialized view visits_by_day;
-- ## fine: a vacuum
vacuum visits;
-- ## fine: a view that is filled beside its readers
refresh materialized view concurrently visits_by_day;
