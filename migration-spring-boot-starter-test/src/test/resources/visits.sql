create table visits (id bigint primary key, pet text, visit_date date);
insert into visits select i, 'pet ' || i, date '2026-01-01' + i from generate_series(1, 20) as i;
create table appointments (id bigint primary key, pet text, visited_on date);
