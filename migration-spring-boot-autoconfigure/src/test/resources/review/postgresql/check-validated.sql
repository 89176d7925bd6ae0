-- ## breaks: a condition
alter table visits add constraint fee_positive check (fee > 0);
-- ## breaks: a condition without a name
alter table visits add check (fee > 0);
-- ## breaks: a column with a condition
alter table visits add column tip numeric check (tip >= 0);
-- ## fine: proven later
alter table visits add constraint fee_positive check (fee > 0) not valid;
-- ## fine: in a new table
create table fresh (fee numeric check (fee > 0));
alter table fresh add check (fee < 100);
