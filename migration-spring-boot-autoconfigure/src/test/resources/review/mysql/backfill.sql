-- ## breaks: an update
update visits set visited_on = visit_date;
-- ## fine: a row
insert into kinds values (1);
