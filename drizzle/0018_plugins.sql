CREATE TABLE "plugin_calls" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "plugin_calls_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"plugin_id" text NOT NULL,
	"owner_id" uuid,
	"method" text NOT NULL,
	"event_type" text,
	"outcome" text NOT NULL,
	"message" text,
	"fuel" bigint NOT NULL,
	"duration_ms" integer NOT NULL,
	"operations" integer NOT NULL,
	"log" jsonb NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "plugin_deliveries" (
	"plugin_id" text NOT NULL,
	"owner_id" uuid NOT NULL,
	"after" bigint NOT NULL,
	"told" boolean DEFAULT false NOT NULL,
	"epoch" bigint DEFAULT 0 NOT NULL,
	"lease_until" bigint DEFAULT 0 NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "plugin_deliveries_plugin_id_owner_id_pk" PRIMARY KEY("plugin_id","owner_id")
);
--> statement-breakpoint
CREATE TABLE "plugin_modules" (
	"plugin_id" text NOT NULL,
	"position" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "plugin_modules_plugin_id_position_pk" PRIMARY KEY("plugin_id","position")
);
--> statement-breakpoint
CREATE TABLE "plugins" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"version" text NOT NULL,
	"manifest" jsonb NOT NULL,
	"plan" text NOT NULL,
	"meter_version" integer NOT NULL,
	"sha256" text NOT NULL,
	"state" text NOT NULL,
	"error" text,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "role_permissions" (
	"role" text NOT NULL,
	"permission" text NOT NULL,
	CONSTRAINT "role_permissions_role_permission_pk" PRIMARY KEY("role","permission")
);
--> statement-breakpoint
ALTER TABLE "plugin_calls" ADD CONSTRAINT "plugin_calls_plugin_id_plugins_id_fk" FOREIGN KEY ("plugin_id") REFERENCES "public"."plugins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_calls" ADD CONSTRAINT "plugin_calls_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_deliveries" ADD CONSTRAINT "plugin_deliveries_plugin_id_plugins_id_fk" FOREIGN KEY ("plugin_id") REFERENCES "public"."plugins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_deliveries" ADD CONSTRAINT "plugin_deliveries_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plugin_modules" ADD CONSTRAINT "plugin_modules_plugin_id_plugins_id_fk" FOREIGN KEY ("plugin_id") REFERENCES "public"."plugins"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "plugin_calls_plugin" ON "plugin_calls" USING btree ("plugin_id","id");--> statement-breakpoint
CREATE INDEX "plugin_calls_owner" ON "plugin_calls" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "plugin_calls_age" ON "plugin_calls" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "plugin_deliveries_owner" ON "plugin_deliveries" USING btree ("owner_id");--> statement-breakpoint
CREATE SCHEMA IF NOT EXISTS "plugin_data";--> statement-breakpoint
INSERT INTO "role_permissions" ("role", "permission") VALUES ('admin', 'plugin.admin'), ('admin', 'plugin.list'), ('user', 'plugin.list');
