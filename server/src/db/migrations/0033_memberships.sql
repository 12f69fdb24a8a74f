-- One offer of ownership at a time. It ends with the membership of whoever made it, and of whoever it was made to.
create table ownership_offer (
  org_id uuid not null references organization (org_id) on delete cascade,
  id uuid not null,
  from_member uuid not null,
  to_member uuid not null,
  -- The giver stays an owner; else they become an admin.
  is_shared boolean not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (org_id),
  foreign key (org_id, from_member) references member (org_id, id) on delete cascade,
  foreign key (org_id, to_member) references member (org_id, id) on delete cascade
);
create index ownership_offer_from on ownership_offer (org_id, from_member);
create index ownership_offer_to on ownership_offer (org_id, to_member);
call protect_org('ownership_offer', 'delete', 'delete', 'full');
grant select, insert, delete on ownership_offer to holdfast_app;
