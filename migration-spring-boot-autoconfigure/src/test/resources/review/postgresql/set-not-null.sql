-- ## breaks: without a proof
alter table visits alter column pet set not null;
-- ## breaks: with a condition that is not proven
alter table visits add constraint pet_set check (pet is not null) not valid;
-- next script
alter table visits alter pet set not null;
-- ## breaks: with a condition about another column
alter table visits add constraint fee_set check (fee is not null) not valid;
-- next script
alter table visits validate constraint fee_set;
-- next script
alter table visits alter column pet set not null;
-- ## breaks: as a constraint
alter table visits add constraint pet_set not null pet;
-- ## fine: with a proof
alter table visits add constraint pet_set check (pet is not null) not valid;
-- next script
alter table visits validate constraint pet_set;
-- next script
alter table visits alter column pet set not null;
alter table visits drop constraint pet_set;
-- ## fine: as a constraint that is proven later
alter table visits add constraint pet_set not null pet not valid;
