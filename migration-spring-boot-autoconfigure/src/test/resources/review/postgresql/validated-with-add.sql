-- ## breaks: in the transaction that adds it
alter table visits add constraint fee_positive check (fee > 0) not valid;
alter table visits validate constraint fee_positive;
-- ## breaks: in the statement that adds it
alter table visits add constraint fee_positive check (fee > 0) not valid, validate constraint fee_positive;
-- ## fine: in a script of its own
alter table visits add constraint fee_positive check (fee > 0) not valid;
-- next script
alter table visits validate constraint fee_positive;
