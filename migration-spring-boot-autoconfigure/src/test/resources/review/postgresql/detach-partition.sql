-- ## breaks: while everybody waits
alter table visits detach partition visits_2025;
-- ## fine: beside them
alter table visits detach partition visits_2025 concurrently;
