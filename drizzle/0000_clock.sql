-- The one clock of the product (P-17): UTC microseconds, the same for every process
-- that is connected. clock_timestamp() rather than now(), which stands still in a transaction.
CREATE FUNCTION slipway_now() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;
