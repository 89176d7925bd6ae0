create function chaos_note_applied() returns trigger language plpgsql as 'begin
	insert into chaos_applied select plan_id, side, clock_timestamp() - created_at from removed;
	return null;
end';

create trigger chaos_applied after delete on migration_pending
	referencing old table as removed for each statement execute function chaos_note_applied();
