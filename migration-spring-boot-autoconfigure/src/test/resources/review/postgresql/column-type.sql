-- ## breaks: another type
alter table visits alter column pet type bigint;
-- ## breaks: a shorter one
alter table visits alter column pet set data type varchar(10);
-- ## breaks: computed values
alter table visits alter column pet type text using trim(pet);
-- ## breaks: a column that is not known
alter table visits alter column unknown type text;
-- ## breaks: another scale
alter table visits alter column fee type numeric(12, 4);
-- ## fine: a longer one
alter table visits alter column pet type varchar(50);
-- ## fine: without a length
alter table visits alter pet type text;
-- ## fine: more digits
alter table visits alter column fee type numeric(12, 2);
