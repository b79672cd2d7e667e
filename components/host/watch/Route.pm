package Watch::Route;

# A local route for the VIP, so that this host still answers for the connections it has when the address has gone.
# Beside the kernel's own route for the address, which comes and goes with it: another metric makes it another route.
use strict;
use warnings;
use Exporter qw(import);
use Watch::System qw(run);

our @EXPORT_OK = qw(keep_route remove_route);

my @DEVICE = qw(dev lo table local scope host metric 100);

# `address` is a Watch::Address, whose family `ip` sees by itself.
sub keep_route {
    my ($address) = @_;
    return run(qw(ip route replace local), $address->text, @DEVICE);
}

# Says nothing where there is none.
sub remove_route {
    my ($address) = @_;
    return run(join q{ }, qw(ip route del local), $address->text, @DEVICE, '2> /dev/null');
}

1;
