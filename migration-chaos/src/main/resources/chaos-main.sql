create table item (
	id bigint primary key,
	version varchar(200) not null,
	previous varchar(200),
	n bigint not null,
	writer varchar(100) not null
);

create table stock (
	item_id bigint primary key,
	version varchar(200) not null,
	previous varchar(200),
	amount bigint not null,
	tag varchar(100) not null
);

create table person (
	id bigint primary key,
	version varchar(200) not null,
	previous varchar(200),
	n bigint not null,
	writer varchar(100) not null
);

create table visitor (
	person_id bigint primary key,
	version varchar(200) not null,
	previous varchar(200),
	visits bigint not null,
	badge varchar(100) not null
);

create table parcel (
	id bigint primary key,
	version varchar(200) not null,
	previous varchar(200),
	n bigint not null,
	writer varchar(100) not null
);
